import { CancelledError, configure, DivergenceError, executions, flow, InputMismatchError } from '@reprise/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { durable, waitTool } from '../src/index.ts';
import type { Script } from './model.ts';
import { anything, RELEASES, Setting, sdkOf, text, use } from './setting.ts';

const setting = new Setting();

beforeAll(() => configure({ store: 'memory:' }));
beforeEach(() => setting.begin());
afterAll(() => setting.end());

describe.each(RELEASES)('with %s', (release) => {
  const twoSteps: Script = (step) => (step === 0 ? [use('look'), use('look')] : [text('Seen.')]);

  test('parallel tools run once each, and an error that one throws is told again', async () => {
    let runs = 0;
    const execute = async () => {
      runs++;
      if (runs === 2) throw new RangeError('too far');
      return { at: new Date(0), bytes: new Uint8Array([1, 2]) };
    };
    const agent = setting.agent(release, twoSteps, { tools: { look: { inputSchema: anything, execute } } });
    const first = await agent.generate({ prompt: 'go', id: `${release}-parallel` });
    const again = await agent.generate({ prompt: 'go', id: `${release}-parallel` });
    expect([runs, setting.calls]).toEqual([2, 2]);
    const outcomes = (steps: typeof first.steps) =>
      steps[0]?.content.map((part) =>
        'output' in part ? part.output : 'error' in part ? String(part.error) : part.type,
      );
    expect(outcomes(again.steps)).toEqual(outcomes(first.steps));
    expect(outcomes(first.steps)).toContainEqual({ at: new Date(0), bytes: new Uint8Array([1, 2]) });
    expect(outcomes(first.steps)).toContain('RangeError: too far');
  });

  test('a date in the system prompt, another model, another tool are drift; another question is another input', async () => {
    let isBroken = true;
    const look = { inputSchema: anything, execute: async () => 'seen' };
    const script: Script = (step) => {
      if (step === 1 && isBroken) throw new Error('The service is away.');
      return step === 0 ? [use('look')] : [text('Seen.')];
    };
    const orders = (day: string) => ({
      [release.startsWith('ai5') ? 'system' : 'instructions']: `Today is ${day}.`,
      maxRetries: 0,
    });
    const name = `${release}-drifting`;
    const id = `${release}-drift`;
    const first = setting.agent(release, script, { name, tools: { look }, settings: orders('Monday') });
    await expect(first.generate({ prompt: 'go', id })).rejects.toThrow('away');
    isBroken = false;
    const tools = { look, other: look };
    const next = setting.agent(release, script, { name, model: 'newer', tools, settings: orders('Tuesday') });
    await expect(next.generate({ prompt: 'stop', id })).rejects.toSatisfy((error) =>
      InputMismatchError.isInstance(error),
    );
    expect((await next.generate({ prompt: 'go', id })).text).toBe('Seen.');
    // The first answer was served although its request has changed.
    expect(setting.calls).toBe(3);
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
    const agent = setting.agent(release, script, { tools, settings });
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

  test('an execution that was cancelled says so, whichever way it is asked again', async () => {
    const script: Script = () => [use('ask', { question: 'Sure?' })];
    const agent = setting.agent(release, script, { tools: { ask: waitTool() } });
    const id = crypto.randomUUID();
    await agent.generate({ prompt: 'go', id });
    await executions.cancel(id);
    const isCancelled = (error: unknown) => CancelledError.isInstance(error);
    await expect(agent.generate({ prompt: 'go', id })).rejects.toSatisfy(isCancelled);
    await expect(agent.stream({ prompt: 'go', id })).rejects.toSatisfy(isCancelled);
    await expect(agent.resumeStream(id)).rejects.toSatisfy(isCancelled);
  });

  test('the functions of the module are durable in a flow', async () => {
    const { generateText, streamText } = durable(sdkOf(release));
    const model = setting.model(release, () => [text('Hello.')]);
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
    expect(setting.calls).toBe(2);
    expect(() => generateText({ model, prompt: 'x' })).toThrow(/generateText\(\) of durable\(ai\) was called outside/);
  });

  test('two calls with one id at once are one execution', async () => {
    const agent = setting.agent(release, () => [text('Hello.')]);
    const request = { prompt: 'go', id: `${release}-twice` };
    const both = await Promise.all([agent.generate(request), agent.generate(request)]);
    expect(both.map((result) => result.text)).toEqual(['Hello.', 'Hello.']);
    expect(setting.calls).toBe(1);
    const [streamed, whole] = await Promise.all([
      agent.stream(request),
      agent.generate(request),
      agent.stream(request),
    ]);
    expect([await streamed.text, whole.text]).toEqual(['Hello.', 'Hello.']);
    const named = agent.withExecution(request.id);
    expect((await named.generate({ prompt: 'go' })).text).toBe('Hello.');
    expect(setting.calls).toBe(1);
  });
});
