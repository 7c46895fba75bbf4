import type { BaseMessage } from '@langchain/core/messages';
import { AsyncLocalStorageProviderSingleton } from '@langchain/core/singletons';
import { UsageError } from '@reprise/core';
import type { Codec } from '@reprise/core/adapter';
import type { ToolConfig } from './tool-call.ts';
import { values } from './values.ts';

/** A message that a tool was given, by its place in the conversation. */
interface Given {
  readonly given: number;
}

interface Command {
  readonly lg_name: 'Command';
  readonly update: { readonly messages: readonly unknown[] };
}

/**
 * What a tool gives. One that hands over to another agent gives the whole conversation back, and LangGraph knows messages
 * by ids that it invents anew where a graph runs again from its start: a message of before would be there twice. So of
 * what the tool was given only the place is stored.
 */
export function resultsOf(tool: string, config: ToolConfig | undefined): Codec<unknown> {
  const messages = conversationOf(config);
  return {
    encode(value) {
      if (!isCommand(value)) return values.encode(value);
      return values.encode(
        withMessages(value, (message) => {
          const place = messages.indexOf(message as BaseMessage);
          return place === -1 ? message : { given: place };
        }),
      );
    },
    decode(stored) {
      const value = values.decode(stored);
      if (!isCommand(value)) return value;
      return withMessages(value, (message) => {
        const { given } = message as Partial<Given>;
        if (given === undefined) return message;
        if (given < messages.length) return messages[given];
        throw new UsageError(
          `Tool '${tool}' had given back message ${given + 1} of its graph's conversation, which has only ` +
            `${messages.length} now. Bring the graph back to what it was, and resume.`,
        );
      });
    },
  };
}

function conversationOf(config: ToolConfig | undefined): readonly BaseMessage[] {
  const ambient = AsyncLocalStorageProviderSingleton.getRunnableConfig() as ToolConfig | undefined;
  const pad = ambient?.configurable?.__pregel_scratchpad ?? config?.configurable?.__pregel_scratchpad;
  const { messages } = ((pad as { currentTaskInput?: unknown } | undefined)?.currentTaskInput ?? {}) as {
    messages?: unknown;
  };
  return Array.isArray(messages) ? messages : [];
}

function isCommand(value: unknown): value is Command {
  const { lg_name: name, update } = (value ?? {}) as { lg_name?: unknown; update?: { messages?: unknown } };
  return name === 'Command' && Array.isArray(update?.messages);
}

function withMessages(command: Command, change: (message: unknown) => unknown): Command {
  const update = { ...command.update, messages: command.update.messages.map(change) };
  const copy = Object.create(Object.getPrototypeOf(command), Object.getOwnPropertyDescriptors(command)) as Command;
  return Object.defineProperty(copy, 'update', { value: update, configurable: true, enumerable: true, writable: true });
}
