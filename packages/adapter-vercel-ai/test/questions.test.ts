import { configure, flow, WaitingError, waits } from '@reprise/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { waitTool } from '../src/index.ts';
import type { Script } from './model.ts';
import { anything, RELEASES, Setting, text, use } from './setting.ts';

const setting = new Setting();

beforeAll(() => configure({ store: 'memory:' }));
beforeEach(() => setting.begin());
afterAll(() => setting.end());

describe.each(RELEASES)('with %s', (release) => {
  test('a question in a flow parks it, and its answer takes it on', async () => {
    let runs = 0;
    const tools = {
      look: { inputSchema: anything, execute: async () => ++runs },
      ask: waitTool({ name: 'approve', schema: z.string() }),
    };
    const script: Script = (step) => (step === 0 ? [use('look'), use('ask', { question: 'Sure?' })] : [text('Done.')]);
    const agent = setting.agent(release, script, { tools });
    const work = flow(`${release}-work`, async () => (await agent.generate({ prompt: 'go' })).text);
    const id = `${release}-in-flow`;
    await expect((await work.start(undefined, { id })).result()).rejects.toSatisfy((error) =>
      WaitingError.isInstance(error),
    );
    await waits.answer(id, 'approve', 'yes');
    expect(await (await work.start(undefined, { id })).result()).toBe('Done.');
    expect([runs, setting.calls]).toEqual([1, 2]);
  });

  test('two questions of one step are answered one at a time', async () => {
    const tools = { ask: waitTool({ name: 'approve' }) };
    const script: Script = (step, prompt) =>
      step === 0
        ? [use('ask', { question: 'One?' }), use('ask', { question: 'Two?' })]
        : [text(JSON.stringify(prompt.at(-1)))];
    const agent = setting.agent(release, script, { tools });
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
    expect(setting.calls).toBe(2);
  });
});
