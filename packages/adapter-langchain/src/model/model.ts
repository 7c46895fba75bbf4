import type { BaseMessage } from '@langchain/core/messages';
import type { ChatGenerationChunk } from '@langchain/core/outputs';
import type { Answer } from './answers.ts';
import type { Asked, CallOptions } from './request.ts';

/** What tells a program of a run, token by token. */
export interface RunManager {
  readonly runId?: string;
  handleLLMNewToken?(token: string, ...rest: unknown[]): Promise<unknown>;
}

/** A chat model of LangChain: what it asks its provider, in one piece and as a stream. */
export interface ChatModel extends Asked {
  _generate(messages: BaseMessage[], options: CallOptions, run?: RunManager): Promise<Answer>;
  _streamResponseChunks(
    messages: BaseMessage[],
    options: CallOptions,
    run?: RunManager,
  ): AsyncGenerator<ChatGenerationChunk>;
  _streamChatModelEvents?(messages: BaseMessage[], options: CallOptions, run?: RunManager): AsyncGenerator<unknown>;
}
