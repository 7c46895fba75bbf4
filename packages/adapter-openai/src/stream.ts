import { type CallContext, callStream } from '@reprise/core/adapter';
import { changed } from './change.ts';
import { exchangeOf, type Head, headOf, newResponse } from './exchange.ts';
import { digestOf, isJson, shapeOf, shownBody } from './identity.ts';
import type { Outgoing } from './outgoing.ts';
import { RefusedError, refused } from './refusal.ts';
import { asAbort, notAnAbort } from './signals.ts';
import { type Block, blockOf, blocksOf, isFinished } from './sse.ts';
import { askedOf, usageOfBlocks } from './usage.ts';

/** A part of an answer that comes piece by piece: first its head, then blocks of an event stream. */
type Piece =
  | { readonly head: Head }
  | { readonly text: string }
  /** Told by the server on our demand, for the books; the client has not asked for it. */
  | { readonly hidden: string };

/** An answer that comes as an event stream: shown as it comes, its end held back until it is recorded. */
export async function streamed(outgoing: Outgoing): Promise<Response> {
  const { init, request, surface, provider } = outgoing;
  init.signal?.throwIfAborted();
  const state = { isLive: false };
  const requested = (asked: Outgoing) => ({
    input: shownBody(asked.request.body),
    asks: askedOf(asked),
    run: ({ signal }: CallContext) => {
      state.isLive = true;
      return read(asked, signal);
    },
  });
  const pieces = callStream<Piece>({
    ...surface,
    ...requested(outgoing),
    digest: digestOf(request),
    shape: shapeOf(request),
    change: (change) => requested(changed(outgoing, change)),
    isTerminal: (piece) => 'text' in piece && isEnd(blockOf(piece.text)),
    usage: (all) =>
      usageOfBlocks(
        provider,
        all.flatMap((piece) => ('head' in piece ? [] : [blockOf(textOf(piece))])),
      ),
  })[Symbol.asyncIterator]();

  let first: IteratorResult<Piece>;
  try {
    first = await pieces.next();
  } catch (error) {
    return refused(error, state.isLive);
  }
  const { head } = first.value as { head: Head };
  return newResponse(head, shown(pieces));
}

function textOf(piece: Exclude<Piece, { head: Head }>): string {
  return 'text' in piece ? piece.text : piece.hidden;
}

// Tools are asked for in the last block before the end.
function isEnd(block: Block): boolean {
  return block.end === 'complete' || isFinished(block);
}

async function* read(
  { fetch, input, init, request, streamUsage }: Outgoing,
  execution: AbortSignal,
): AsyncGenerator<Piece> {
  const source = new AbortController();
  const abort = () => source.abort();
  for (const signal of [init.signal, execution]) {
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort);
  }
  const wire = withUsage(request, streamUsage);
  let text = '';
  let head: Head | undefined;
  try {
    const response = await fetch(input, {
      ...init,
      ...(wire === undefined ? {} : { body: wire }),
      signal: source.signal,
    });
    const what = `${request.method} ${request.url.pathname}`;
    if (!response.ok) throw new RefusedError(await exchangeOf(response), what);
    head = headOf(response);
    yield { head };
    // From here on the answer is being paid for: a consumer that leaves early does not lose it.
    init.signal?.removeEventListener('abort', abort);
    if (!response.body || !/event-stream/.test(response.headers.get('content-type') ?? '')) {
      yield { text: await response.text() };
      return;
    }
    let isComplete = false;
    for await (const block of blocksOf(response.body)) {
      text += block.text;
      if (block.end === 'failed') {
        throw new RefusedError({ ...head, body: { text } }, `${what} (in its stream)`, block.text);
      }
      isComplete ||= isEnd(block);
      const piece = wire === undefined ? { text: block.text } : withoutUsage(block);
      yield piece;
    }
    if (!isComplete) throw new RefusedError({ ...head, body: { text } }, `${what} (whose stream was cut off)`);
  } catch (error) {
    throw execution.aborted ? error : notAnAbort(cutOff(error, head, text));
  } finally {
    for (const signal of [init.signal, execution]) signal?.removeEventListener('abort', abort);
  }
}

// After the head a connection that breaks has cut the answer short.
function cutOff(error: unknown, head: Head | undefined, text: string): unknown {
  if (!head || error instanceof RefusedError) return error;
  const refusal = new RefusedError({ ...head, body: { text } }, String((error as Error)?.message ?? error));
  refusal.cause = error;
  return refusal;
}

function shown(pieces: AsyncIterator<Piece>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          for (;;) {
            const { done, value } = await pieces.next();
            if (done) return controller.close();
            if (!('text' in value)) continue;
            return controller.enqueue(encoder.encode(value.text));
          }
        } catch (error) {
          const { rest } = error as Partial<RefusedError>;
          // The server has said itself what went wrong: the client reads it there.
          if (rest) {
            controller.enqueue(encoder.encode(rest));
            return controller.close();
          }
          controller.error((error as Error).cause ?? asAbort(error));
        }
      },
    },
    { highWaterMark: 0 },
  );
}

const TELLS_USAGE = /(^|\.)openai\.(com|azure\.com)$/;

/** The request with the demand for usage, where the client has not made it and the host is known to take it. */
function withUsage({ url, body }: Outgoing['request'], isWanted = TELLS_USAGE.test(url.hostname)): string | undefined {
  if (!isWanted || !/\/chat\/completions$/.test(url.pathname) || !isJson(body)) return undefined;
  const options = isJson(body.stream_options) ? body.stream_options : {};
  if (options.include_usage !== undefined) return undefined;
  return JSON.stringify({ ...body, stream_options: { ...options, include_usage: true } });
}

function withoutUsage({ text, data }: Block): Piece {
  if (!data || !('usage' in data)) return { text };
  if (Array.isArray(data.choices) && data.choices.length === 0) return { hidden: text };
  const { usage: _, ...rest } = data;
  return { text: `data: ${JSON.stringify(rest)}\n\n` };
}
