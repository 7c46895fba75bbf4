import type { BaseMessage } from '@langchain/core/messages';
import { maskSettings } from '@reprise/core/adapter';
import { values } from '../data/values.ts';

/** The options of a call, as LangChain hands them to a provider. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly stop?: readonly string[];
  readonly tools?: readonly unknown[];
  readonly tool_choice?: unknown;
  readonly [option: string]: unknown;
}

/** What is needed of a chat model to know what it is asked. */
export interface Asked {
  _llmType(): string;
  getName(): string;
  readonly model?: unknown;
  readonly modelName?: unknown;
  invocationParams?(options: CallOptions): unknown;
  getLsParams?(options: CallOptions): { readonly ls_provider?: string; readonly ls_model_name?: string };
}

/** Says how the answer is to be delivered, and nothing of what is asked. */
const VOLATILE = new Set(['stream', 'stream_options', 'signal', 'callbacks', 'metadata', 'tags', 'promptIndex']);

/** What a call is recognised by, and what people see of it: everything that can change its answer. */
export function requestOf(model: Asked, messages: readonly BaseMessage[], options: CallOptions): unknown {
  const { stop, tools, tool_choice } = options;
  return plain({
    type: model._llmType(),
    model: model.model ?? model.modelName,
    // Tools and options of others' services may hold the keys to them.
    ...(maskSettings(paramsOf(model, options)) ?? { stop, tool_choice }),
    // What a model says of its tools may leave out what they are called by.
    tools: tools?.map(nameOf),
    messages: conversation(messages),
  });
}

/**
 * What must stay equal for a changed call to count as the same one: the conversation, without the standing orders, which
 * often hold the date, and with the points in time in it unnamed. Not the model and the tools, which a deployment brings.
 */
export function shapeOf(messages: readonly BaseMessage[]): unknown {
  const spoken = conversation(messages.filter((message) => message._getType() !== 'system'));
  return timeless(plain(spoken));
}

/** Plain data with the points in time in it unnamed. */
export function timeless(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data).replace(TIMES, '#'));
}

/** A point in time in the ways that programs write one into a prompt. */
const TIMES =
  /\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?|(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d{1,2},? \d{4}|\d{1,2}\.? (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d{4})|\d{1,2}[/.]\d{1,2}[/.]\d{4}|\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?: ?[AP]M)?|\b1\d{9}(?:\d{3})?\b/g;

// Ids that a reducer invents, and what a provider says of an earlier answer, change nothing of what is asked. Those of
// tool calls tell only which result belongs to which call, and some are invented by a program each time.
export function conversation(messages: readonly BaseMessage[]): unknown[] {
  const ids = new Map<unknown, number>();
  const numbered = (id: unknown) => {
    if (id === undefined) return undefined;
    if (!ids.has(id)) ids.set(id, ids.size + 1);
    return ids.get(id);
  };
  return messages.map((message) => said(message, numbered));
}

function said(message: BaseMessage, numbered: (id: unknown) => unknown): Record<string, unknown> {
  const { content, name, tool_calls, tool_call_id, status } = message as BaseMessage & Record<string, unknown>;
  const calls = tool_calls as readonly Record<string, unknown>[] | undefined;
  return {
    role: message._getType(),
    content,
    name,
    tool_calls: calls?.length
      ? calls.map(({ id, name: tool, args }) => ({ id: numbered(id), name: tool, args }))
      : undefined,
    tool_call_id: numbered(tool_call_id),
    status,
  };
}

function paramsOf(model: Asked, options: CallOptions): Record<string, unknown> | undefined {
  try {
    const params = model.invocationParams?.(options);
    return typeof params === 'object' && params !== null ? (params as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function nameOf(tool: unknown): unknown {
  const { name, function: described } = (tool ?? {}) as { name?: unknown; function?: { name?: unknown } };
  return name ?? described?.name;
}

// Without what is no data: schemas and functions differ from process to process.
function plain(value: unknown): unknown {
  const text = JSON.stringify(values.encode(value), (key, part) => (VOLATILE.has(key) ? undefined : part));
  return text === undefined ? undefined : JSON.parse(text);
}
