import {
  AIMessage,
  AIMessageChunk,
  type BaseMessage,
  ChatMessage,
  ChatMessageChunk,
  FunctionMessage,
  FunctionMessageChunk,
  HumanMessage,
  HumanMessageChunk,
  RemoveMessage,
  SystemMessage,
  SystemMessageChunk,
  ToolMessage,
  ToolMessageChunk,
} from '@langchain/core/messages';

/** A message as plain data, which says which class it is of. */
export interface StoredMessage {
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

type MessageClass = new (fields: never) => BaseMessage;

const CLASSES: Readonly<Record<string, MessageClass>> = {
  AIMessage,
  AIMessageChunk,
  ChatMessage,
  ChatMessageChunk,
  FunctionMessage,
  FunctionMessageChunk,
  HumanMessage,
  HumanMessageChunk,
  RemoveMessage,
  SystemMessage,
  SystemMessageChunk,
  ToolMessage,
  ToolMessageChunk,
};

const BY_TYPE: Readonly<Record<string, string>> = {
  ai: 'AIMessage',
  human: 'HumanMessage',
  system: 'SystemMessage',
  tool: 'ToolMessage',
  function: 'FunctionMessage',
  remove: 'RemoveMessage',
  generic: 'ChatMessage',
};

const FIELDS = [
  'id',
  'name',
  'content',
  'role',
  'additional_kwargs',
  'response_metadata',
  'tool_calls',
  'invalid_tool_calls',
  'tool_call_chunks',
  'tool_call_id',
  'status',
  'artifact',
  'metadata',
  'usage_metadata',
];

/** By its shape, for there may be two copies of LangChain in a process. */
export function isMessage(value: unknown): value is BaseMessage {
  const message = value as Partial<BaseMessage> | null;
  return typeof message === 'object' && typeof message?._getType === 'function' && 'content' in message;
}

export function storedMessage(message: BaseMessage, encode: (value: unknown) => unknown): StoredMessage {
  const fields: Record<string, unknown> = {};
  for (const field of FIELDS) {
    const value = Reflect.get(message, field);
    if (value !== undefined) fields[field] = encode(value);
  }
  const named = (message.constructor as { lc_name?: () => string }).lc_name?.() ?? '';
  return { message: named in CLASSES ? named : (BY_TYPE[message._getType()] ?? 'ChatMessage'), fields };
}

export function revivedMessage({ message, fields }: StoredMessage): BaseMessage {
  const Class = CLASSES[message] ?? ChatMessage;
  const given = { ...fields };
  // What a chunk was cut off in the middle of says more than what could be read of it.
  if (message === 'AIMessageChunk') {
    if ((given.tool_call_chunks as unknown[] | undefined)?.length) {
      delete given.tool_calls;
      delete given.invalid_tool_calls;
    } else delete given.tool_call_chunks;
  }
  return new Class(given as never);
}

/** A whole message as the one chunk of a stream. */
export function asChunk(message: BaseMessage): AIMessageChunk {
  if (AIMessageChunk.isInstance(message)) return message as AIMessageChunk;
  const { fields } = storedMessage(message, (value) => value);
  const calls = (fields.tool_calls ?? []) as { id?: string; name: string; args: unknown }[];
  const { tool_calls: _, invalid_tool_calls: __, ...rest } = fields;
  const tool_call_chunks = calls.map(({ id, name, args }, index) => ({
    ...(id === undefined ? {} : { id }),
    name,
    args: JSON.stringify(args),
    index,
    type: 'tool_call_chunk' as const,
  }));
  return new AIMessageChunk({ ...rest, tool_call_chunks } as never);
}
