import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LanguageModel } from 'ai';

type Model = Exclude<LanguageModel, string> & { specificationVersion: 'v4' };
type Prompt = Parameters<Model['doStream']>[0]['prompt'];
type Parts = Awaited<ReturnType<Model['doStream']>>['stream'] extends ReadableStream<infer Part> ? Part : never;

/** What the model says: a text, or a tool to call. */
export type Said = string | { readonly tool: string; readonly input: object };

/** Adds a line to the file that `MODEL_LOG` names. */
export function log(line: string): void {
  if (process.env.MODEL_LOG) appendFileSync(process.env.MODEL_LOG, `${line}\n`);
}

const usage = {
  inputTokens: { total: 40, noCache: 40, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 10, text: 10, reasoning: 0 },
};

/** A model on this machine, which says what the script tells it, word by word. */
export function standIn(script: (step: number, prompt: Prompt) => Said): Model {
  const ask = (prompt: Prompt) => {
    const lastUser = prompt.findLastIndex(({ role }) => role === 'user');
    const step = prompt.slice(lastUser).filter(({ role }) => role === 'tool').length;
    log(`model ${step}`);
    const said = script(step, prompt);
    const reason = typeof said === 'string' ? ('stop' as const) : ('tool-calls' as const);
    const call = (given: Exclude<Said, string>) => ({
      type: 'tool-call' as const,
      toolCallId: `call_${prompt.length}`,
      toolName: given.tool,
      input: JSON.stringify(given.input),
    });
    const end = { finishReason: { unified: reason, raw: reason }, usage };
    return { end, said: typeof said === 'string' ? said : call(said) };
  };
  return {
    specificationVersion: 'v4',
    provider: 'example',
    modelId: 'stand-in',
    supportedUrls: {},
    async doGenerate({ prompt }) {
      const { said, end } = ask(prompt);
      return { content: [typeof said === 'string' ? { type: 'text', text: said } : said], ...end, warnings: [] };
    },
    async doStream({ prompt }) {
      const { said, end } = ask(prompt);
      const words = typeof said === 'string' ? (said.match(/\S+\s*/g) ?? []) : [];
      const parts: Parts[] = [
        { type: 'stream-start', warnings: [] },
        ...(typeof said === 'string'
          ? [
              { type: 'text-start' as const, id: 'text' },
              ...words.map((delta) => ({ type: 'text-delta' as const, id: 'text', delta })),
              { type: 'text-end' as const, id: 'text' },
            ]
          : [said]),
        { type: 'finish', ...end },
      ];
      const stream = new ReadableStream<Parts>({
        async pull(controller) {
          const part = parts.shift();
          if (!part) return controller.close();
          await sleep(60);
          controller.enqueue(part);
        },
      });
      return { stream };
    },
  };
}
