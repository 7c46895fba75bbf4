import { appendFileSync } from 'node:fs';
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage, AIMessageChunk, type BaseMessage } from '@langchain/core/messages';
import { ChatGenerationChunk, type ChatResult } from '@langchain/core/outputs';

export interface Said {
  readonly text?: string;
  readonly calls?: readonly { readonly id: string; readonly name: string; readonly args: Record<string, unknown> }[];
}

export type Script = (messages: readonly BaseMessage[], count: number) => Said | Promise<Said>;

/** What an answer uses: ten tokens of input, and a hundred more for each number that the prompt ends with. */
function usageOf(prompt: string) {
  const input_tokens = 10 + 100 * Number(/ (\d+)$/.exec(prompt)?.[1] ?? 0);
  return { input_tokens, output_tokens: 5, total_tokens: input_tokens + 5 };
}

/** A chat model that follows a script. `asked` and the log have each call that it really gets. */
export class ScriptedModel extends BaseChatModel {
  readonly asked: string[] = [];
  readonly model: string = 'scripted';
  readonly script: Script;
  readonly log: string | undefined;

  constructor(script: Script, log?: string) {
    super({ maxRetries: 0 });
    this.script = script;
    this.log = log;
  }

  _llmType(): string {
    return 'scripted';
  }

  override bindTools(tools: unknown[]): never {
    return this.withConfig({ tools } as never) as never;
  }

  async #said(messages: BaseMessage[]): Promise<Said & { readonly usage: never }> {
    const prompt = String(messages.at(-1)?.content);
    const usage = usageOf(prompt);
    const count = this.asked.push(prompt);
    if (this.log) appendFileSync(this.log, `model ${prompt} used ${usage.input_tokens} ${usage.output_tokens}\n`);
    // No answer of a server comes before the process has turned to other things a few times.
    await new Promise((resolve) => setTimeout(resolve, 1));
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
    return { ...(await this.script(messages, count)), usage: usage as never };
  }

  async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    const { text = '', calls = [], usage } = await this.#said(messages);
    const message = new AIMessage({ content: text, tool_calls: [...calls], usage_metadata: usage } as never);
    return { generations: [{ text, message }] };
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    _options: this['ParsedCallOptions'],
    run?: { handleLLMNewToken(...args: unknown[]): Promise<unknown> },
  ): AsyncGenerator<ChatGenerationChunk> {
    const { text = '', calls = [], usage } = await this.#said(messages);
    const pieces = text.match(/.{1,3}/gs) ?? [''];
    const tool_call_chunks = calls.map(({ id, name, args }, index) => {
      return { id, name, index, args: JSON.stringify(args), type: 'tool_call_chunk' as const };
    });
    for (const [index, piece] of pieces.entries()) {
      const isLast = index === pieces.length - 1;
      const message = new AIMessageChunk({
        content: piece,
        ...(isLast ? { tool_call_chunks, usage_metadata: usage } : {}),
      } as never);
      const chunk = new ChatGenerationChunk({ text: piece, message });
      yield chunk;
      await run?.handleLLMNewToken(piece, undefined, undefined, undefined, undefined, { chunk });
    }
  }
}
