import { appendFileSync } from 'node:fs';

/** Where a process kills itself: in so many calls of the model, in the middle of its stream, or in a tool. */
export interface KillPoint {
  readonly at: 'model' | 'stream' | 'tool' | 'never';
  readonly step: number;
}

export type Content =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool-call'; readonly toolName: string; readonly input: object; readonly toolCallId?: string };

export type Script = (step: number, prompt: readonly Message[]) => readonly Content[];

interface Message {
  readonly role: string;
  readonly content: unknown;
}

interface Options {
  readonly prompt: readonly Message[];
  readonly abortSignal?: AbortSignal;
}

/** The version of the providers' interface that a release of the SDK speaks. */
function specificationOf(release: string): string {
  if (release.startsWith('ai5')) return 'v2';
  return release.startsWith('ai6') ? 'v3' : 'v4';
}

/** A model that follows a script. Each call that it really gets is a line in the log. */
export function scriptedModel(
  release: string,
  name: string,
  script: Script,
  { log, kill = { at: 'never', step: 0 } }: { log: string; kill?: KillPoint },
): never {
  const specificationVersion = specificationOf(release);
  const isOld = specificationVersion === 'v2';
  const answer = (prompt: readonly Message[]) => {
    const step = prompt.filter(({ role }) => role === 'assistant').length;
    const used = { input: 100 + 10 * step, output: 20 + step };
    appendFileSync(log, `model ${name} ${step} used ${used.input} ${used.output}\n`);
    const content = script(step, prompt).map((part) =>
      part.type === 'text'
        ? part
        : { ...part, toolCallId: part.toolCallId ?? `call_${crypto.randomUUID()}`, input: JSON.stringify(part.input) },
    );
    const reason = content.some(({ type }) => type === 'tool-call') ? 'tool-calls' : 'stop';
    return {
      step,
      content,
      finishReason: isOld ? reason : { unified: reason, raw: reason },
      usage: usage(isOld, used),
    };
  };
  const model = {
    specificationVersion,
    provider: 'test',
    modelId: name,
    supportedUrls: {},
    async doGenerate({ prompt }: Options) {
      const { step, ...rest } = answer(prompt);
      await roundTrip();
      if (kill.at === 'model' && kill.step === step) process.kill(process.pid, 'SIGKILL');
      return { ...rest, warnings: [] };
    },
    async doStream({ prompt, abortSignal }: Options) {
      const { step, content, ...rest } = answer(prompt);
      if (kill.at === 'model' && kill.step === step) process.kill(process.pid, 'SIGKILL');
      const parts = [{ type: 'stream-start', warnings: [] }, ...content.flatMap(streamed), { type: 'finish', ...rest }];
      const middle = Math.floor(parts.length / 2);
      let next = 0;
      const stream = new ReadableStream({
        async pull(controller) {
          await moment();
          if (abortSignal?.aborted) return controller.error(abortSignal.reason);
          if (next === middle && kill.at === 'stream' && kill.step === step) process.kill(process.pid, 'SIGKILL');
          if (next === parts.length) return controller.close();
          controller.enqueue(parts[next++]);
        },
      });
      return { stream };
    },
  };
  return model as never;
}

type Answered =
  | Extract<Content, { type: 'text' }>
  | { readonly type: 'tool-call'; readonly toolName: string; readonly toolCallId: string; readonly input: string };

/** No answer of a server comes before the process has turned to other things a few times. */
async function roundTrip(): Promise<void> {
  await moment();
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
}

const moment = () => new Promise((resolve) => setTimeout(resolve, 1));

function usage(isOld: boolean, { input, output }: { readonly input: number; readonly output: number }): object {
  if (isOld) return { inputTokens: input, outputTokens: output, totalTokens: input + output };
  return {
    inputTokens: { total: input, noCache: input - 10, cacheRead: 10, cacheWrite: 0 },
    outputTokens: { total: output, text: output, reasoning: 0 },
  };
}

function streamed(part: Answered, index: number): object[] {
  if (part.type === 'text') {
    const id = `t${index}`;
    const deltas = part.text.match(/.{1,4}/gs) ?? [];
    return [
      { type: 'text-start', id },
      ...deltas.map((delta) => ({ type: 'text-delta', id, delta })),
      { type: 'text-end', id },
    ];
  }
  const { toolCallId: id, toolName, input } = part;
  return [
    { type: 'tool-input-start', id, toolName },
    { type: 'tool-input-delta', id, delta: input },
    { type: 'tool-input-end', id },
    part,
  ];
}
