import type { AskedWait } from '@reprise/core/adapter';
import type { Part } from '../model/answers.ts';
import type { LanguageModel } from '../model/model.ts';
import type { CallOptions } from '../model/request.ts';
import { heldFrom } from '../model/streams.ts';
import { type Ask, askOf } from '../tool/asks.ts';
import { keysOfCalls } from '../tool/keys.ts';
import { eachTool } from '../tool/tool-call.ts';

/**
 * The waits of an agent that is an execution of its own. A tool without `execute` is one that the client answers: there
 * the SDK's loop ends by itself, with no error and no further call. So a tool that asks has no `execute` until every
 * question of the step is answered; then it has one that gives the answer.
 */
export class Questions {
  readonly #asks = new Map<string, Ask>();
  #answers = new Map<string, Promise<unknown>>();
  readonly #keyOf = keysOfCalls();
  #isOpen = false;
  #isUnapproved = false;

  /** Whether the agent has stopped at a question that nobody has answered yet. */
  get isOpen(): boolean {
    return this.#isOpen || this.#isUnapproved;
  }

  /** Asks whether a tool call may run, and tells what was answered; nothing while nobody has. */
  async approval<Answer>(ask: () => AskedWait<Answer>): Promise<Answer | undefined> {
    const { answer, isOpen } = ask();
    answer.catch(() => {});
    if (!(await isOpen)) return answer;
    this.#isUnapproved = true;
    return undefined;
  }

  tools<T extends object>(tools: T): T {
    return eachTool(tools, (name, tool) => this.#tool(name, tool));
  }

  model<M extends object>(model: M): M {
    const { doGenerate, doStream } = model as unknown as LanguageModel;
    const methods: Partial<LanguageModel> = {
      doGenerate: async (options: CallOptions) => {
        this.#isUnapproved = false;
        const answer = await doGenerate.call(model as never, options);
        await this.#ask(answer.content);
        return answer;
      },
      doStream: async (options: CallOptions) => {
        this.#isUnapproved = false;
        const { stream, ...rest } = await doStream.call(model as never, options);
        // The SDK looks for `execute` when a tool call passes by, and the answers are asked for once it is recorded.
        const asking = heldFrom(
          (part) => this.#isAsked(part),
          (held) => this.#ask(held),
        );
        return { ...rest, stream: stream.pipeThrough(asking) };
      },
    };
    return new Proxy(model, {
      get: (target, key) => Reflect.get(methods, key) ?? Reflect.get(target, key, target),
    });
  }

  #tool(name: string, tool: object): object {
    const ask = askOf(tool);
    if (!ask) return tool;
    this.#asks.set(name, ask);
    const execute = (_question: unknown, { toolCallId }: { toolCallId: string }) => this.#answers.get(toolCallId);
    return new Proxy(tool, {
      get: (target, key) => {
        if (key !== 'execute') return Reflect.get(target, key, target);
        return this.#isOpen ? undefined : execute;
      },
    });
  }

  #isAsked({ type, toolName }: Part): boolean {
    return type === 'tool-call' && this.#asks.has(String(toolName));
  }

  async #ask(content: readonly Part[]): Promise<void> {
    const asked = content.flatMap((part) => {
      const wait = this.#asked(part);
      return wait ? [{ id: String(part.toolCallId), wait }] : [];
    });
    this.#answers = new Map(asked.map(({ id, wait }) => [id, wait.answer]));
    for (const { wait } of asked) wait.answer.catch(() => {});
    const open = await Promise.all(asked.map(({ wait }) => wait.isOpen));
    this.#isOpen = open.includes(true);
  }

  #asked(part: Part): AskedWait<unknown> | undefined {
    const ask = this.#isAsked(part) ? this.#asks.get(String(part.toolName)) : undefined;
    const question = ask && questionOf(part.input);
    return question && ask(question, this.#keyOf(String(part.toolCallId)) as string);
  }
}

// What the SDK refuses as the tool's input is no question.
function questionOf(input: unknown): { question: string } | undefined {
  try {
    const { question } = (typeof input === 'string' ? JSON.parse(input) : input) as { question?: unknown };
    return typeof question === 'string' ? { question } : undefined;
  } catch {
    return undefined;
  }
}
