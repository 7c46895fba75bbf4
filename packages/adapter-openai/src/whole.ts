import { call } from '@reprise/core/adapter';
import { type Exchange, exchangeOf, responseOf } from './exchange.ts';
import { digestOf, isJson, shapeOf } from './identity.ts';
import type { Outgoing } from './outgoing.ts';
import { RefusedError, refused } from './refusal.ts';
import type { Request } from './request.ts';
import { linkedTo, notAnAbort } from './signals.ts';
import { askedOf, usageOf } from './usage.ts';

/** An answer that comes in one piece. */
export async function whole({ fetch, input, init, request, surface }: Outgoing): Promise<Response> {
  init.signal?.throwIfAborted();
  let isLive = false;
  try {
    const exchange = await call<Exchange>({
      ...surface,
      input: request.body,
      digest: digestOf(request),
      shape: shapeOf(request),
      asks: askedOf(request),
      run: async ({ signal }) => {
        isLive = true;
        try {
          return await made(fetch, input, { ...init, signal: linkedTo(init.signal, signal) }, request);
        } catch (error) {
          throw signal.aborted ? error : notAnAbort(error);
        }
      },
      usage: ({ body }) => (body && 'json' in body ? usageOf(body.json) : undefined),
    });
    return responseOf(exchange);
  } catch (error) {
    return refused(error, isLive);
  }
}

async function made(
  fetch: Outgoing['fetch'],
  input: Outgoing['input'],
  init: RequestInit,
  request: Request,
): Promise<Exchange> {
  const exchange = await exchangeOf(await fetch(input, init));
  const isFailed =
    exchange.body && 'json' in exchange.body && isJson(exchange.body.json) && hasFailed(exchange.body.json);
  if (exchange.status >= 400 || isFailed) throw new RefusedError(exchange, `${request.method} ${request.url.pathname}`);
  return exchange;
}

function hasFailed({ object, status }: Record<string, unknown>): boolean {
  return object === 'response' && status === 'failed';
}
