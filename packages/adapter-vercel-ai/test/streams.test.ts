import { configure } from '@reprise/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Stop } from '../src/agent/stop.ts';
import { anything, RELEASES, Setting, text, use } from './setting.ts';

interface Part {
  readonly type: string;
}

interface Streamed {
  readonly stream: ReadableStream<Part>;
}

const setting = new Setting();

beforeAll(() => configure({ store: 'memory:' }));
beforeEach(() => setting.begin());
afterAll(() => setting.end());

describe.each(RELEASES)('with %s', (release) => {
  test('what a generator tool says on its way is told again', async () => {
    let runs = 0;
    const tools = {
      look: {
        inputSchema: anything,
        async *execute() {
          runs++;
          yield 'looking';
          yield 'found';
        },
      },
    };
    const agent = setting.agent(release, (step) => (step === 0 ? [use('look')] : [text('Seen.')]), { tools });
    const tell = async () => {
      const chunks: unknown[] = [];
      const result = await agent.stream({ prompt: 'go', id: `${release}-generator` });
      for await (const chunk of result.toUIMessageStream()) chunks.push(chunk);
      await result.execution.ended;
      return chunks;
    };
    const first = await tell();
    expect(JSON.stringify(first)).toMatch(/looking.*"preliminary":true.*found/);
    expect(await tell()).toEqual(first);
    expect(runs).toBe(1);
  });

  test('a reader that leaves early loses nothing', async () => {
    const agent = setting.agent(release, (step) => (step === 0 ? [use('look')] : [text('Seen.')]), {
      tools: { look: { inputSchema: anything, execute: async () => 'seen' } },
    });
    const result = await agent.stream({ prompt: 'go', id: `${release}-left` });
    const reader = result.toUIMessageStream().getReader();
    await reader.read();
    await reader.cancel();
    expect((await result.execution.ended).status).toBe('completed');
    expect(setting.calls).toBe(2);
  });

  test('a stream that is cut off is no outcome', async () => {
    const whole = setting.model(release, () => [text('Whole.')]) as { doStream(options: unknown): Promise<Streamed> };
    let isCut = true;
    const doStream = async (options: unknown) => {
      const { stream } = await whole.doStream(options);
      if (!isCut) return { stream };
      isCut = false;
      const cut = new TransformStream<Part, Part>({
        transform: (part, controller) => {
          if (part.type !== 'finish') controller.enqueue(part);
        },
      });
      return { stream: stream.pipeThrough(cut) };
    };
    const agent = setting.agent(release, () => [], { settings: { model: { ...whole, doStream }, maxRetries: 0 } });
    const tell = async () => {
      const result = await agent.stream({ prompt: 'go', id: `${release}-cut` });
      await result.consumeStream();
      await result.execution.ended;
      return result.text;
    };
    await expect(tell()).rejects.toThrow(/cut off before its end/);
    expect(await tell()).toBe('Whole.');
    expect(setting.calls).toBe(2);
  });
});

test('a stream that stands still when its execution stops tells its reader why', async () => {
  const stop = new Stop();
  const model = stop.model({
    doStream: async () => ({ stream: new ReadableStream({ start: (controller) => controller.enqueue('first') }) }),
  });
  const reader = (await model.doStream()).stream.getReader();
  expect(await reader.read()).toEqual({ done: false, value: 'first' });
  const next = reader.read();
  stop.stop(new Error('the store is away'), false);
  await expect(next).rejects.toThrow('the store is away');
});
