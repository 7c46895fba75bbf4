import { isOff } from '@reprise/core/adapter';
import { isJson } from '../http/json.ts';
import type { Fetch } from '../http/outgoing.ts';
import { providerOf } from '../http/provider.ts';
import { type Request, readRequest } from '../http/request.ts';
import { surfaceOf } from '../http/surface.ts';
import type { DurableOptions } from '../options.ts';
import { generate, stream } from './model-call.ts';
import { isRetrieval, retrieved } from './retrieval.ts';

/** `fetch`, with each exchange that costs money or makes something recorded, or served from the journal. */
export function recordedFetch(fetch: Fetch, options: DurableOptions): Fetch {
  const { streamUsage } = options;
  const durable: Fetch = async (input, init = {}) => {
    if (isOff()) return fetch(input, init);
    const request = await readRequest(input, init);
    const provider = options.provider ?? providerOf(request.url);
    const surface = surfaceOf(request.method, request.url);
    if (!surface) return isRetrieval(request) ? retrieved(fetch, input, init, request, provider) : fetch(input, init);
    const outgoing = { fetch, input, init, request, surface, provider, streamUsage };
    return asksForStream(request) ? stream(outgoing) : generate(outgoing);
  };
  // What a custom fetch carries (its own Response class, say) is read by the client.
  return Object.assign(durable, fetch);
}

function asksForStream({ body }: Request): boolean {
  if (Array.isArray(body)) return body.some((part) => part?.[0] === 'stream' && part[1] === 'true');
  return isJson(body) && (body.stream === true || body.stream_format === 'sse');
}
