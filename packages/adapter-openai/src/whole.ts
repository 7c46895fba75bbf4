import { type CallContext, call } from '@reprise/core/adapter';
import { changed } from './change.ts';
import { type Exchange, exchangeOf, responseOf } from './exchange.ts';
import { digestOf, isJson, shapeOf, shownBody } from './identity.ts';
import type { Outgoing } from './outgoing.ts';
import { RefusedError, refused } from './refusal.ts';
import { linkedTo, notAnAbort } from './signals.ts';
import { askedOf, usageOf } from './usage.ts';

/** An answer that comes in one piece. */
export async function whole(outgoing: Outgoing): Promise<Response> {
  const { init, request, surface, provider } = outgoing;
  init.signal?.throwIfAborted();
  let isLive = false;
  const requested = (asked: Outgoing) => ({
    input: shownBody(asked.request.body),
    asks: askedOf(asked),
    run: async ({ signal }: CallContext) => {
      isLive = true;
      try {
        return await made({ ...asked, init: { ...asked.init, signal: linkedTo(init.signal, signal) } });
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
