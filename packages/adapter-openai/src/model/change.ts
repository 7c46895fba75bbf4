import { UsageError } from '@reprise/core';
import { type CallChange, withSecretsOf } from '@reprise/core/adapter';
import { isJson } from '../http/json.ts';
import type { Outgoing } from '../http/outgoing.ts';

/** The request with another body or another model, as a replay wants it. */
export function changed(outgoing: Outgoing, { input, model }: CallChange): Outgoing {
  const { request, init } = outgoing;
  if (!isJson(request.body)) throw new UsageError('the body of this request is no JSON');
  const given = input ? withSecretsOf(input.value, request.body) : request.body;
  if (!isJson(given)) throw new UsageError('the input of a request is its body, an object');
  if (Boolean(given.stream) !== Boolean(request.body.stream)) {
    throw new UsageError(`it ${request.body.stream ? 'is a stream' : 'is no stream'}, and its client expects that`);
  }
  if (model !== undefined && request.url.pathname.includes('/deployments/')) {
    throw new UsageError("the deployment in the request's address decides the model");
  }
  const body = model === undefined ? given : { ...given, model };
  const headers = new Headers(init.headers);
  headers.delete('content-length');
  return { ...outgoing, request: { ...request, body }, init: { ...init, headers, body: JSON.stringify(body) } };
}
