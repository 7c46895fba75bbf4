import { call, scope } from '@reprise/core/adapter';
import { type Exchange, exchangeOf, responseOf } from '../http/exchange.ts';
import { isJson } from '../http/json.ts';
import type { Fetch, Outgoing } from '../http/outgoing.ts';
import type { Request } from '../http/request.ts';
import { usageOf } from './usage.ts';

const RETRIEVAL = /\/responses\/([^/]+)$/;
const IS_OVER = /^(completed|cancelled|incomplete)$/;

export function isRetrieval({ method, url }: Request): boolean {
  return method === 'GET' && RETRIEVAL.test(url.pathname) && url.searchParams.get('stream') !== 'true';
}

/** A response that was made in the background is paid for when it is there: looking for it is free until then. */
export async function retrieved(
  fetch: Fetch,
  input: Outgoing['input'],
  init: RequestInit,
  request: Request,
  provider: string,
): Promise<Response> {
  const response = await fetch(input, init);
  if (!response.ok) return response;
  const exchange = await exchangeOf(response);
  const answer = exchange.body && 'json' in exchange.body ? exchange.body.json : undefined;
  if (!isJson(answer) || answer.background !== true || !IS_OVER.test(String(answer.status)))
    return responseOf(exchange);
  const id = RETRIEVAL.exec(request.url.pathname)?.[1];
  const recorded = scope('responses.retrieve', id, () =>
    call<Exchange>({
      kind: 'llm',
      name: 'responses.retrieve',
      input: { id },
      run: () => exchange,
      usage: () => usageOf(provider, answer),
    }),
  );
  return responseOf(await recorded);
}
