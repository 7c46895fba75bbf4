import type { BaseMessage } from '@langchain/core/messages';
import { isMessage } from '../data/messages.ts';
import { conversation } from '../model/request.ts';

/**
 * LangGraph invents an id for a message that has none, and each time another. A tool that hands messages of its graph on,
 * as to another agent, hands on those that are there now: with recorded ids the graph would take them for new ones, and
 * have them twice.
 */
export function withPresentMessages(output: unknown, state: unknown): unknown {
  const { update } = (output ?? {}) as { update?: unknown };
  const handed = messagesOf(update);
  const present = messagesOf(state);
  if (!handed || !present) return output;
  const ids = new Set(present.map(({ id }) => id));
  const spoken = present.map(textOf);
  let from = 0;
  for (const [index, message] of handed.entries()) {
    // Without an id it is one of the tool's own.
    if (!message.id || ids.has(message.id)) continue;
    const at = spoken.indexOf(textOf(message), from);
    if (at === -1) continue;
    handed[index] = present[at] as BaseMessage;
    from = at + 1;
  }
  return output;
}

function messagesOf(state: unknown): BaseMessage[] | undefined {
  const { messages } = (state ?? {}) as { messages?: unknown };
  return Array.isArray(messages) && messages.every(isMessage) ? messages : undefined;
}

function textOf(message: BaseMessage): string {
  return JSON.stringify(conversation([message]));
}
