import { configure, flow, NotFoundError, UsageError, waits } from '@reprise/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { waitTool } from '../src/index.ts';
import type { Script } from './model.ts';
import { anything, RELEASES, Setting, text, use } from './setting.ts';

const setting = new Setting();

beforeAll(() => configure({ store: 'memory:' }));
beforeEach(() => setting.begin());
afterAll(() => setting.end());

async function all(stream: ReadableStream<unknown>): Promise<unknown[]> {
  const chunks: unknown[] = [];
  for await (const chunk of stream as unknown as AsyncIterable<unknown>) chunks.push(chunk);
  return chunks;
}

const script: Script = (step) => (step === 0 ? [text('I look.'), use('look')] : [text('It is seen, and told.')]);

describe.each(RELEASES)('with %s', (release) => {
  test('a client that comes back gets what it has missed while the agent goes on, and what comes then', async () => {
    const gate = Promise.withResolvers<string>();
    const look = { inputSchema: anything, execute: () => gate.promise };
    const agent = setting.agent(release, script, { tools: { look } });
    const id = crypto.randomUUID();
    const result = await agent.stream({ prompt: 'go', id });
    const whole = all(result.toUIMessageStream());
    const reader = (await agent.resumeStream(id, { after: 2 })).getReader();
    const missed = [await reader.read(), await reader.read()].map(({ value }) => value);
    gate.resolve('seen');
    while (true) {
      const { done, value } = await reader.read();
      if (done) break;
      missed.push(value);
    }
    expect((await whole).length).toBeGreaterThan(10);
    expect(missed).toEqual((await whole).slice(2));
    expect(setting.calls).toBe(2);
  });

  test('what has ended is told again from there, by whichever way it was asked', async () => {
    const agent = setting.agent(release, script, { tools: { look: { inputSchema: anything, execute: () => 'seen' } } });
    const id = crypto.randomUUID();
    const whole = await all((await agent.stream({ prompt: 'go', id })).toUIMessageStream());
    expect(await all(await agent.resumeStream(id))).toEqual(whole);
    expect(await all(await agent.resumeStream(id, { after: 5 }))).toEqual(whole.slice(5));
    expect(await all(await agent.resumeStream(id, { after: whole.length }))).toEqual([]);
    const other = crypto.randomUUID();
    await agent.generate({ prompt: 'go', id: other });
    expect((await all(await agent.resumeStream(other))).at(-1)).toMatchObject({ type: 'finish' });
    expect(setting.calls).toBe(4);
  });

  test('what was answered in the meantime goes on', async () => {
    const asking: Script = (step) => (step === 0 ? [use('ask', { question: 'Sure?' })] : [text('Done.')]);
    const agent = setting.agent(release, asking, { tools: { ask: waitTool({ name: 'approve' }) } });
    const id = crypto.randomUUID();
    const before = await all((await agent.stream({ prompt: 'go', id })).toUIMessageStream());
    await waits.answer(id, 'approve', 'yes');
    const after = await all(await agent.resumeStream(id));
    expect(JSON.stringify(before)).not.toMatch(/Done/);
    expect(JSON.stringify(after)).toMatch(/yes.*Done/);
    expect(setting.calls).toBe(2);
  });
});

test('what the stream of the user interface takes is passed on', async () => {
  const agent = setting.agent('ai', script, { tools: { look: { inputSchema: anything, execute: () => 'seen' } } });
  const id = crypto.randomUUID();
  await agent.generate({ prompt: 'go', id });
  const chunks = await all(await agent.resumeStream(id, { sendStart: false, generateMessageId: () => 'message' }));
  expect(chunks[0]).not.toMatchObject({ type: 'start' });
});

test('what is no execution of the agent is refused, and nothing is run', async () => {
  const agent = setting.agent('ai', script);
  await expect(agent.resumeStream('nothing')).rejects.toSatisfy((error) => NotFoundError.isInstance(error));
  let runs = 0;
  const other = flow('other', async () => ++runs);
  await (await other.start(undefined, { id: 'of-another' })).result();
  await expect(agent.resumeStream('of-another')).rejects.toThrow(/belongs to 'other'/);
  expect(runs).toBe(1);
  await expect(agent.resumeStream('nothing', { after: -1 })).rejects.toSatisfy((error) => UsageError.isInstance(error));
  await expect(agent.resumeStream('nothing', { after: 1.5 })).rejects.toThrow(/'after'/);
});
