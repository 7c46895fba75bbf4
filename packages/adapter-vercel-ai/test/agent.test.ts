import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configure, DivergenceError, executions, flow, InputMismatchError, WaitingError, waits } from '@reprise/core';
import type { ToolLoopAgent } from 'ai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { durable, durableTools, waitTool } from '../src/index.ts';
import { type Content, type Script, scriptedModel } from './model.ts';

const RELEASES = ['ai', 'ai6', 'ai5'];

let folder: string;
let log: string;
let count = 0;

beforeAll(() => {
  configure({ store: 'memory:' });
  folder = mkdtempSync(join(tmpdir(), 'reprise-vercel-ai-'));
});
beforeEach(() => {
  log = join(folder, `log-${count++}`);
});
afterAll(() => rmSync(folder, { recursive: true }));

const calls = () => readFileSync(log, 'utf8').trim().split('\n').length;
const text = (value: string): Content => ({ type: 'text', text: value });
const use = (toolName: string, input: object = {}): Content => ({ type: 'tool-call', toolName, input });
const anything = z.object({}).loose();

describe.each(RELEASES)('with %s', (release) => {
  interface Made {
    readonly tools?: object;
    readonly name?: string;
    readonly model?: string;
    readonly settings?: object;
  }

  // Version 5 brings modules that only Node's own loader finds.
  const sdk = createRequire(import.meta.url)(release) as typeof import('ai');

  /** An agent of this release that follows a script. */
  async function make(script: Script, { tools, name = crypto.randomUUID(), model = 'scripted', settings }: Made = {}) {
    const ai = sdk;
    const Agent = (release === 'ai5' ? Reflect.get(ai, 'Experimental_Agent') : ai.ToolLoopAgent) as new (
      settings: object,
    ) => ToolLoopAgent<never>;
    const stopWhen = ai.stepCountIs(10);
    const scripted = scriptedModel(release, model, script, { log });
    return durable(new Agent({ model: scripted, stopWhen, ...(tools ? { tools } : {}), ...settings }), { name });
  }

  const twoSteps: Script = (step) => (step === 0 ? [use('look'), use('look')] : [text('Seen.')]);

  test('parallel tools run once each, and an error that one throws is told again', async () => {
    let runs = 0;
    const execute = async () => {
      runs++;
      if (runs === 2) throw new RangeError('too far');
      return { at: new Date(0), bytes: new Uint8Array([1, 2]) };
    };
    const agent = await make(twoSteps, { tools: { look: { inputSchema: anything, execute } } });
    const first = await agent.generate({ prompt: 'go', id: `${release}-parallel` });
    const again = await agent.generate({ prompt: 'go', id: `${release}-parallel` });
    expect([runs, calls()]).toEqual([2, 2]);
    const outcomes = (steps: typeof first.steps) =>
      steps[0]?.content.map((part) =>
        'output' in part ? part.output : 'error' in part ? String(part.error) : part.type,
      );
    expect(outcomes(again.steps)).toEqual(outcomes(first.steps));
    expect(outcomes(first.steps)).toContainEqual({ at: new Date(0), bytes: new Uint8Array([1, 2]) });
    expect(outcomes(first.steps)).toContain('RangeError: too far');
  });

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
    const agent = await make((step) => (step === 0 ? [use('look')] : [text('Seen.')]), { tools });
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

  test('an agent in a flow is a part of its execution, and waits there', async () => {
    let runs = 0;
    const tools = {
      look: { inputSchema: anything, execute: async () => ++runs },
      ask: waitTool({ name: 'approve', schema: z.string() }),
    };
    const script: Script = (step) => (step === 0 ? [use('look'), use('ask', { question: 'Sure?' })] : [text('Done.')]);
    const agent = await make(script, { tools });
    const work = flow(`${release}-work`, async () => (await agent.generate({ prompt: 'go' })).text);
    const id = `${release}-in-flow`;
    await expect((await work.start(undefined, { id })).result()).rejects.toSatisfy((error) =>
      WaitingError.isInstance(error),
    );
    await waits.answer(id, 'approve', 'yes');
    expect(await (await work.start(undefined, { id })).result()).toBe('Done.');
    expect([runs, calls()]).toEqual([1, 2]);
  });

  test('two questions of one step are answered one at a time', async () => {
    const tools = { ask: waitTool({ name: 'approve' }) };
    const script: Script = (step, prompt) =>
      step === 0
        ? [use('ask', { question: 'One?' }), use('ask', { question: 'Two?' })]
        : [text(JSON.stringify(prompt.at(-1)))];
    const agent = await make(script, { tools });
    const id = `${release}-two`;
    const status = async () => (await (await agent.generate({ prompt: 'go', id })).execution.ended).status;
    const open = async () => (await waits.list()).filter((wait) => wait.execution === id).map(({ name }) => name);
    expect(await status()).toBe('waiting');
    expect((await open()).sort()).toEqual(['approve', 'approve#2']);
    await waits.answer(id, 'approve', 'first');
    expect(await status()).toBe('waiting');
    expect(await open()).toEqual(['approve#2']);
    await waits.answer(id, 'approve#2', 'second');
    const { text: said } = await agent.generate({ prompt: 'go', id });
    expect(said).toMatch(/first.*second/);
    expect(calls()).toBe(2);
  });

  test('a date in the system prompt, another model, another tool are drift; another question is another input', async () => {
    let isBroken = true;
    const look = { inputSchema: anything, execute: async () => 'seen' };
    const script: Script = (step) => {
      if (step === 1 && isBroken) throw new Error('The service is away.');
      return step === 0 ? [use('look')] : [text('Seen.')];
    };
    const orders = (day: string) => ({
      [release === 'ai5' ? 'system' : 'instructions']: `Today is ${day}.`,
      maxRetries: 0,
    });
    const name = `${release}-drifting`;
    const id = `${release}-drift`;
    const first = await make(script, { name, tools: { look }, settings: orders('Monday') });
    await expect(first.generate({ prompt: 'go', id })).rejects.toThrow('away');
    isBroken = false;
    const tools = { look, other: look };
    const next = await make(script, { name, model: 'newer', tools, settings: orders('Tuesday') });
    await expect(next.generate({ prompt: 'stop', id })).rejects.toSatisfy((error) =>
      InputMismatchError.isInstance(error),
    );
    expect((await next.generate({ prompt: 'go', id })).text).toBe('Seen.');
    // The first answer was served although its request has changed.
    expect(calls()).toBe(3);
    const { journal } = await executions.get(id);
    expect(journal.filter(({ kind }) => kind === 'tool')).toHaveLength(1);
  });

  test('messages that are dropped are a divergence, with the difference', async () => {
    let isNew = false;
    const script: Script = (step) => {
      if (step === 1 && !isNew) throw new Error('The service is away.');
      return step === 0 ? [use('look')] : [text('Seen.')];
    };
    const prepareStep = ({ messages }: { messages: unknown[] }) =>
      isNew ? { messages: [{ role: 'user', content: 'Start over.' }, ...messages.slice(1)] } : {};
    const tools = { look: { inputSchema: anything, execute: async () => 'seen' } };
    const settings = { prepareStep, maxRetries: 0 };
    const agent = await make(script, { tools, settings });
    const id = `${release}-dropped`;
    await expect(agent.generate({ prompt: 'go', id })).rejects.toThrow('away');
    isNew = true;
    const failure = await agent.generate({ prompt: 'go', id }).catch((error) => error);
    expect(DivergenceError.isInstance(failure)).toBe(true);
    expect(String(failure)).toMatch(/language-model/);
    const stream = await agent.stream({ prompt: 'go', id });
    await stream.consumeStream();
    await expect(stream.execution.ended).rejects.toSatisfy((error) => DivergenceError.isInstance(error));
  });

  test('a reader that leaves does not stop the execution', async () => {
    const agent = await make((step) => (step === 0 ? [use('look')] : [text('Seen.')]), {
      tools: { look: { inputSchema: anything, execute: async () => 'seen' } },
    });
    const result = await agent.stream({ prompt: 'go', id: `${release}-left` });
    const reader = result.toUIMessageStream().getReader();
    await reader.read();
    await reader.cancel();
    expect((await result.execution.ended).status).toBe('completed');
    expect(calls()).toBe(2);
  });

  test('the functions of the module are durable in a flow', async () => {
    const { generateText, streamText } = durable(sdk);
    const model = scriptedModel(release, 'scripted', () => [text('Hello.')], { log });
    let runs = 0;
    const greet = flow(`${release}-greet`, async () => {
      const one = await generateText({ model, prompt: 'one' });
      const two = streamText({ model, prompt: 'two' });
      const said = one.text + (await two.text);
      if (++runs === 1) throw new Error('away');
      return said;
    });
    const id = `${release}-module`;
    await expect((await greet.start(undefined, { id })).result()).rejects.toThrow('away');
    expect(await (await greet.start(undefined, { id })).result()).toBe('Hello.Hello.');
    expect(calls()).toBe(2);
    expect(() => generateText({ model, prompt: 'x' })).toThrow(/generateText\(\) of durable\(ai\) was called outside/);
  });

  test('two calls with one id at once are one execution', async () => {
    const agent = await make(() => [text('Hello.')]);
    const request = { prompt: 'go', id: `${release}-twice` };
    const both = await Promise.all([agent.generate(request), agent.generate(request)]);
    expect(both.map((result) => result.text)).toEqual(['Hello.', 'Hello.']);
    expect(calls()).toBe(1);
    const [streamed, whole] = await Promise.all([
      agent.stream(request),
      agent.generate(request),
      agent.stream(request),
    ]);
    expect([await streamed.text, whole.text]).toEqual(['Hello.', 'Hello.']);
    const named = agent.withExecution(request.id);
    expect((await named.generate({ prompt: 'go' })).text).toBe('Hello.');
    expect(calls()).toBe(1);
  });
});

test('durableTools records tools where the loop is your own', async () => {
  let runs = 0;
  const tools = durableTools({
    look: { execute: async ({ at }: { at: string }, _call: { toolCallId: string }) => `${at} ${++runs}` },
  });
  let attempt = 0;
  const work = flow('own-loop', async () => {
    const seen = await tools.look.execute({ at: 'sea' }, { toolCallId: 'one' });
    if (++attempt === 1) throw new Error('away');
    return seen;
  });
  await expect((await work.start(undefined, { id: 'own-loop' })).result()).rejects.toThrow('away');
  expect(await (await work.start(undefined, { id: 'own-loop' })).result()).toBe('sea 1');
});

test('what cannot be made durable is refused', () => {
  expect(() => durable({} as never)).toThrow(/durable\(\) takes an agent of the AI SDK/);
  expect(() => durable({ generate() {}, stream() {} } as never, { nme: 'x' } as never)).toThrow(/no option 'nme'/);
  expect(() => durable({ generate() {}, stream() {} } as never, { name: 1 } as never)).toThrow(/must be a text/);
});
