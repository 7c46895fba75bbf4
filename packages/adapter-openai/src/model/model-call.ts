import { type CallContext, call, callStream, linkedSignal } from '@reprise/core/adapter';
import { blockOf } from '../http/event-stream.ts';
import { type Exchange, exchangeOf, type Head, newResponse, responseOf } from '../http/exchange.ts';
import { isJson } from '../http/json.ts';
import type { Outgoing } from '../http/outgoing.ts';
import { isLast, type Piece, textOf } from './answers.ts';
import { changed } from './change.ts';
import { RefusedError, refused } from './refusal.ts';
import { digestOf, shapeOf, shownBody } from './request.ts';
import { notAnAbort } from './signals.ts';
import { read, shown } from './streams.ts';
import { askedOf, usageOf, usageOfBlocks } from './usage.ts';

/** The answer in one piece. */
export async function generate(outgoing: Outgoing): Promise<Response> {
  const { init, request, surface, provider } = outgoing;
  init.signal?.throwIfAborted();
  let isLive = false;
  const requested = (asked: Outgoing) => ({
    input: shownBody(asked.request.body),
    asks: askedOf(asked),
    run: async ({ signal }: CallContext) => {
      isLive = true;
      try {
        return await made({ ...asked, init: { ...asked.init, signal: linkedSignal(init.signal, signal) } });
      } catch (error) {
        throw signal.aborted ? error : notAnAbort(error);
      }
    },
  });
  try {
    const exchange = await call<Exchange>({
      ...surface,
      ...requested(outgoing),
      digest: digestOf(request),
      shape: shapeOf(request),
      change: (change) => requested(changed(outgoing, change)),
      usage: ({ body }) => (body && 'json' in body ? usageOf(provider, body.json) : undefined),
    });
    return responseOf(exchange);
  } catch (error) {
    return refused(error, isLive);
  }
}

/** The answer as an event stream: shown as it comes, its end held back until it is recorded. */
export async function stream(outgoing: Outgoing): Promise<Response> {
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
    isTerminal: isLast,
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

async function made({ fetch, input, init, request }: Outgoing): Promise<Exchange> {
  const exchange = await exchangeOf(await fetch(input, init));
  const isFailed =
    exchange.body && 'json' in exchange.body && isJson(exchange.body.json) && hasFailed(exchange.body.json);
  if (exchange.status >= 400 || isFailed) throw new RefusedError(exchange, `${request.method} ${request.url.pathname}`);
  return exchange;
}

function hasFailed({ object, status }: Record<string, unknown>): boolean {
  return object === 'response' && status === 'failed';
}
