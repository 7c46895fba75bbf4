import { blocksOf } from '../http/event-stream.ts';
import { exchangeOf, type Head, headOf } from '../http/exchange.ts';
import type { Outgoing } from '../http/outgoing.ts';
import { isEnd, type Piece } from './answers.ts';
import { RefusedError } from './refusal.ts';
import { asAbort, notAnAbort } from './signals.ts';
import { withoutUsage, withUsage } from './stream-usage.ts';

/** The pieces of an answer, which is one only when it comes to its end. */
export async function* read(
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
      yield { text: await response.text(), isWhole: true };
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

/** The pieces as the stream that the client reads. */
export function shown(pieces: AsyncIterator<Piece>): ReadableStream<Uint8Array> {
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
