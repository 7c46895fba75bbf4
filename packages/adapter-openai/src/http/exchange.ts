import { isSecretHeader, maskAddress } from '@reprise/core/adapter';

/** What a server answered, up to the body. */
export interface Head {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly url: string;
}

/** A whole answer: one HTTP exchange is one outcome. */
export interface Exchange extends Head {
  /** JSON as a value, so that people can read the journal; other text as it is; else bytes. */
  readonly body: { readonly json: unknown } | { readonly text: string } | { readonly bytes: Uint8Array } | undefined;
}

type Body = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | undefined;

/** Of the connection and not of the answer. */
const NOT_KEPT = new Set([
  'alt-svc',
  'connection',
  'content-encoding',
  'content-length',
  'keep-alive',
  'transfer-encoding',
]);

export function headOf({ status, statusText, headers, url }: Response): Head {
  const kept = [...headers].filter(([name]) => !NOT_KEPT.has(name) && !isSecretHeader(name));
  return { status, statusText, headers: kept, url: maskAddress(url) };
}

/** Reads an answer to its end. */
export async function exchangeOf(response: Response): Promise<Exchange> {
  return { ...headOf(response), body: await readBody(response) };
}

async function readBody(response: Response): Promise<Exchange['body']> {
  const type = response.headers.get('content-type') ?? '';
  if (!/json|^text\/|xml/.test(type)) {
    const bytes = new Uint8Array(await response.arrayBuffer());
    return bytes.length === 0 ? undefined : { bytes };
  }
  const text = await response.text();
  try {
    return { json: JSON.parse(text) };
  } catch {
    return { text };
  }
}

/** The answer again, as `fetch` would give it. */
export function responseOf(exchange: Exchange): Response {
  return newResponse(exchange, bodyOf(exchange));
}

export function newResponse({ status, statusText, headers, url }: Head, body: Body): Response {
  const isEmpty = status === 204 || status === 205 || status === 304;
  const init = { status, statusText, headers: headers.map(([name, value]): [string, string] => [name, value]) };
  const response = new Response(isEmpty ? null : (body ?? null), init);
  Object.defineProperty(response, 'url', { value: url });
  return response;
}

function bodyOf({ body }: Exchange): Body {
  if (body === undefined) return undefined;
  if ('json' in body) return JSON.stringify(body.json);
  return 'text' in body ? body.text : new Uint8Array(body.bytes);
}
