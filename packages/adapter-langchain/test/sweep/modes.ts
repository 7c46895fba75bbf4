import type { BaseMessage } from '@langchain/core/messages';
import { isMessage } from '../../src/data/messages.ts';

/** How an agent is called. */
export interface Mode {
  readonly streamMode: readonly string[] | undefined;
  /** It keeps a thread. */
  readonly thread: boolean;
}

export const MODES: Readonly<Record<string, Mode>> = {
  invoke: { streamMode: undefined, thread: false },
  'stream of messages': { streamMode: ['values', 'messages'], thread: false },
  'stream of updates': { streamMode: ['values', 'updates', 'custom'], thread: false },
  'invoke on a thread': { streamMode: undefined, thread: true },
  'stream of messages on a thread': { streamMode: ['values', 'messages'], thread: true },
};

/** What a caller got: how it ended, and all that was told on the way. */
export interface Said {
  readonly output: unknown;
  readonly chunks: readonly string[];
}

const input = { messages: [{ role: 'user', content: 'otters', id: 'first' }], said: [], topic: 'otters' };

interface Agent {
  invoke(input: unknown, config: unknown): Promise<unknown>;
  stream(input: unknown, config: unknown): Promise<AsyncIterable<unknown>>;
}

export async function say(agent: Agent, { streamMode, thread }: Mode): Promise<Said> {
  const config = { ...(thread ? { configurable: { thread_id: 'one' } } : {}), ...(streamMode ? { streamMode } : {}) };
  if (!streamMode) return { output: plain(await agent.invoke(input, config)), chunks: [] };
  const chunks: string[] = [];
  let output: unknown;
  for await (const chunk of await agent.stream(input, config)) {
    const [mode, value] = Array.isArray(chunk) && chunk.length === 2 ? chunk : ['chunk', chunk];
    if (mode === 'values') output = plain(value);
    else if (mode === 'chunk') output = `${output ?? ''}${JSON.stringify(plain(value))}`;
    chunks.push(`${mode} ${JSON.stringify(plain(mode === 'messages' ? (value as unknown[])[0] : value))}`);
  }
  return { output, chunks };
}

/** Without what LangGraph and LangChain invent each time: ids, and the names of tools without one. */
function plain(value: unknown): unknown {
  // What has a toJSON is text by then, but for what holds it.
  function shown(this: Record<string, unknown>, key: string, part: unknown): unknown {
    const own = this[key];
    return isMessage(own) ? said(own) : part;
  }
  const text = JSON.stringify(value, shown) ?? 'null';
  const ids = new Map<string, string>();
  const numbered = (id: string) => {
    if (!ids.has(id)) ids.set(id, `id-${ids.size + 1}`);
    return ids.get(id) as string;
  };
  return JSON.parse(text.replace(INVENTED, numbered).replace(/extract-\d+/g, 'extract'));
}

const INVENTED = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

function said(message: BaseMessage): unknown {
  const { content, name, tool_calls, tool_call_id, status } = message as unknown as Record<string, unknown>;
  return { type: message._getType(), content, name, tool_calls, tool_call_id, status };
}
