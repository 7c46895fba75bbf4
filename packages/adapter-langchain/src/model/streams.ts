import type { BaseMessage } from '@langchain/core/messages';
import type { ChatGenerationChunk } from '@langchain/core/outputs';
import type { ChatModel, RunManager } from './model.ts';
import type { CallOptions } from './request.ts';
import { unlessAborted } from './signals.ts';

/** The chunks of an answer, as they come. */
export async function* read(
  model: ChatModel,
  messages: BaseMessage[],
  options: CallOptions,
  manager: RunManager | undefined,
  run: string,
): AsyncGenerator<ChatGenerationChunk> {
  try {
    for await (const chunk of model._streamResponseChunks(messages, options, manager)) {
      identify(chunk.message, run);
      yield chunk;
    }
  } catch (error) {
    throw unlessAborted(error, options.signal);
  }
}

/** Names a message that has no id; LangChain would give it the id of a run, and each time another. */
export function identify(message: BaseMessage, run: string): void {
  if (message.id === undefined || message.id === null) message._updateId(`run-${run}`);
}
