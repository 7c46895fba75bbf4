import { maskAddress, maskSettings } from '@reprise/core/adapter';
import { isJson, type Json } from '../http/json.ts';
import type { Request } from '../http/request.ts';

/** Says who asks, or how the answer is to be delivered, and nothing of what is asked. */
const VOLATILE = new Set([
  'user',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_retention',
  'metadata',
  'stream_options',
]);

/** What the model is told: it is stored as it is. */
const SAID = new Set(['messages', 'input', 'prompt', 'instructions']);

/** The body of a request as it is shown: tools and options of others' services may hold the keys to them. */
export function shownBody(body: unknown): unknown {
  if (!isJson(body)) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, part]) => [name, SAID.has(name) ? part : maskSettings({ [name]: part })[name]]),
  );
}

/** What a request is recognised by: everything that can change its answer. */
export function digestOf({ url, method, body }: Request): unknown {
  const shown = shownBody(body);
  const { search } = new URL(maskAddress(url.href));
  return { method, path: url.pathname, search, body: isJson(shown) ? renumbered(shown) : shown };
}

/**
 * What must stay equal for a changed request to count as the same one: everything but the standing orders. Those often
 * hold the date; a request with another question is another request.
 */
export function shapeOf({ url, method, body }: Request): unknown {
  if (!isJson(body)) return { method, path: url.pathname, body };
  const { model, prompt } = body;
  const [messages, input] = [body.messages, body.input].map(withoutOrders);
  const asked = renumbered({ model, prompt, messages, input });
  return { method, path: url.pathname, asked };
}

function withoutOrders(messages: unknown): unknown {
  if (!Array.isArray(messages)) return messages;
  return messages.filter((message) => !isJson(message) || !/^(system|developer)$/.test(String(message.role)));
}

/**
 * Without what is volatile, and with ids of tool calls and items numbered as they appear: where a provider sends
 * none, the client invents others each time.
 */
function renumbered(body: Json): Json {
  const numbers = new Map<string, string>();
  const number = (id: string): string => {
    const known = numbers.get(id) ?? `#${numbers.size}`;
    numbers.set(id, known);
    return known;
  };
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (!isJson(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [
        key,
        typeof part === 'string' && isId(key, value) ? number(part) : visit(part),
      ]),
    );
  };
  return visit(Object.fromEntries(Object.entries(body).filter(([key]) => !VOLATILE.has(key)))) as Json;
}

function isId(key: string, owner: Json): boolean {
  if (key === 'tool_call_id' || key === 'call_id') return true;
  if (key !== 'id') return false;
  return (
    'function' in owner ||
    'custom' in owner ||
    'call_id' in owner ||
    owner.type === 'message' ||
    owner.type === 'reasoning'
  );
}
