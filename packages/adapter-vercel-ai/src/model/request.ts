import { maskSettings } from '@reprise/core/adapter';

/** What a model of the AI SDK is asked: the call options of its provider specification, version 2, 3 or 4. */
export interface CallOptions {
  /** Of a language model the conversation; of an image model, say, a text. */
  readonly prompt?: readonly Message[] | string;
  readonly abortSignal?: AbortSignal;
  readonly [option: string]: unknown;
}

interface Message {
  readonly role: string;
  readonly content: unknown;
}

/** A model of any kind and specification. */
export interface Model {
  readonly provider?: string;
  readonly modelId?: string;
}

/** Says how the answer is to be delivered, and nothing of what is asked. */
export const VOLATILE: ReadonlySet<string> = new Set(['abortSignal', 'headers', 'includeRawChunks']);

/** What a call is recognised by, and what people see of it: everything that can change its answer. */
export function requestOf({ provider, modelId }: Model, options: CallOptions): Record<string, unknown> {
  const { prompt } = options;
  const asked = Object.fromEntries(
    Object.entries(options).filter(([name, value]) => !VOLATILE.has(name) && value !== undefined),
  );
  // Tools and options of others' services may hold the keys to them.
  const { tools, providerOptions } = asked;
  const settings = Object.entries(maskSettings({ tools, providerOptions })).filter(([name]) => name in asked);
  Object.assign(asked, Object.fromEntries(settings));
  return { provider, model: modelId, ...asked, ...(Array.isArray(prompt) ? { prompt: prompt.map(inOrder) } : {}) };
}

/**
 * What must stay equal for a changed call to count as the same one: the conversation, without the standing orders, which
 * often hold the date, and without the model and the tools that a deployment brings.
 */
export function shapeOf({ prompt }: CallOptions): unknown {
  return Array.isArray(prompt) ? prompt.filter(({ role }) => role !== 'system').map(inOrder) : undefined;
}

// Version 5 puts the results of parallel tools into the order in which they came.
function inOrder(message: Message): Message {
  if (message.role !== 'tool' || !Array.isArray(message.content)) return message;
  const idOf = (part: { toolCallId?: string }) => part.toolCallId ?? '';
  return { ...message, content: [...message.content].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1)) };
}
