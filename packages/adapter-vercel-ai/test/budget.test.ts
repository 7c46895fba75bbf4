import { configure, flow, waits } from '@reprise/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Script } from './model.ts';
import { anything, Setting, text, use } from './setting.ts';

const setting = new Setting();

beforeAll(() => configure({ store: 'memory:', prices: { scripted: { input_mtok: 1, output_mtok: 1 } } }));
beforeEach(() => setting.begin());
afterAll(() => setting.end());

// The first call of its model takes 120 tokens, and each one after it 11 more.
const script: Script = (step) => (step < 4 ? [use('look')] : [text('Seen.')]);
const tools = { look: { inputSchema: anything, execute: async () => 'sea' } };

describe.each(['ai', 'ai6', 'ai5'])('with %s', (release) => {
  test.each(['generate', 'stream'] as const)('%s fails once the budget is used up, at its own call', async (method) => {
    const agent = setting.agent(release, script, { tools, options: { budget: { usd: 0.0003 } } });
    const run = async () => {
      const given = await agent[method]({ prompt: 'go', id: `${release}-${method}` });
      await given.execution.ended;
    };
    await expect(run()).rejects.toMatchObject({
      code: 'REPRISE_BUDGET_EXCEEDED',
      spent: { nanoUsd: 251_000n },
      next: { model: 'scripted' },
    });
    expect(setting.calls).toBe(2);
  });

  test('a person raises the budget, and the agent goes on', async () => {
    const agent = setting.agent(release, script, { tools, options: { budget: { tokens: 300, onExceeded: 'wait' } } });
    const id = `${release}-wait`;
    await expect(agent.generate({ prompt: 'go', id })).rejects.toMatchObject({ waits: [{ name: 'budget' }] });
    await waits.answer(id, 'budget', { tokens: 800 });
    expect((await agent.generate({ prompt: 'go', id })).text).toBe('Seen.');
    expect(setting.calls).toBe(5);
  });
});

test('in a flow the budget of the flow counts, and one of the agent is refused', async () => {
  const inFlow = (budgeted: boolean) => {
    const agent = setting.agent('ai', script, { tools, options: budgeted ? { budget: { tokens: 300 } } : {} });
    return flow(crypto.randomUUID(), async () => (await agent.generate({ prompt: 'go' })).text, {
      budget: { tokens: 300 },
    });
  };
  await expect(inFlow(true)()).rejects.toThrow(/has a budget of its own and was called in a flow/);
  await expect(inFlow(false)()).rejects.toMatchObject({ code: 'REPRISE_BUDGET_EXCEEDED' });
  expect(setting.calls).toBe(2);
});

test('agents of one name have one budget', () => {
  const make = (tokens: number) => setting.agent('ai', script, { name: 'twin', options: { budget: { tokens } } });
  make(300);
  make(300);
  expect(() => make(400)).toThrow(/two agents named 'twin' with different budgets/);
});
