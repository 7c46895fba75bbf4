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
    appendFileSync(log, `model ${name} ${step}\n`);
    const content = script(step, prompt).map((part) =>
      part.type === 'text'
        ? part
        : { ...part, toolCallId: part.toolCallId ?? `call_${crypto.randomUUID()}`, input: JSON.stringify(part.input) },
    );
    const reason = content.some(({ type }) => type === 'tool-call') ? 'tool-calls' : 'stop';
    return { step, content, finishReason: isOld ? reason : { unified: reason, raw: reason }, usage: usage(isOld) };
  };
  const model = {
    specificationVersion,
    provider: 'test',
    modelId: name,
    supportedUrls: {},
    async doGenerate({ prompt }: Options) {
      const { step, ...rest } = answer(prompt);
      if (kill.at === 'model' && kill.step === step) process.kill(process.pid, 'SIGKILL');
      await moment();
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

const moment = () => new Promise((resolve) => setTimeout(resolve, 1));

function usage(isOld: boolean): object {
  if (isOld) return { inputTokens: 100, outputTokens: 20, totalTokens: 120 };
  return {
    inputTokens: { total: 100, noCache: 90, cacheRead: 10, cacheWrite: 0 },
    outputTokens: { total: 20, text: 20, reasoning: 0 },
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
