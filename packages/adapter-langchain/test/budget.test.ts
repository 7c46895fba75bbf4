import { tool } from '@langchain/core/tools';
import { configure, flow, waits } from '@reprise/core';
import { createAgent } from 'langchain';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type DurableOptions, durable } from '../src/index.ts';
import { type Script, ScriptedModel } from './model.ts';

beforeAll(() => configure({ store: 'memory:', prices: { scripted: { input_mtok: 1, output_mtok: 1 } } }));

const say = { messages: [{ role: 'user', content: 'go' }] };
// Each call takes 15 tokens; the fifth is the last.
const script: Script = (_, count) =>
  count < 5 ? { calls: [{ id: `call_${count}`, name: 'look', args: {} }] } : { text: 'Seen.' };

function looking(options: DurableOptions) {
  const look = tool(async () => 'sea', { name: 'look', description: 'Looks.', schema: z.object({}) });
  const model = new ScriptedModel(script);
  return { model, agent: durable(createAgent({ model, tools: [look] }), { name: crypto.randomUUID(), ...options }) };
}

test.each(['invoke', 'stream'] as const)('%s fails once the budget is used up, at its own call', async (method) => {
  const { model, agent } = looking({ budget: { usd: 0.00004 } });
  const run = async () => {
    if (method === 'invoke') await agent.invoke(say, { id: method });
    else for await (const _ of await agent.withExecution(method).stream(say, { streamMode: 'messages' }));
  };
  for (let time = 1; time <= 2; time++) {
    await expect(run()).rejects.toMatchObject({
      code: 'REPRISE_BUDGET_EXCEEDED',
      spent: { nanoUsd: 30_000n },
      next: { model: 'scripted' },
    });
  }
  expect(model.asked).toHaveLength(2);
});

test('a person raises the budget, and the agent goes on', async () => {
  const { model, agent } = looking({ budget: { tokens: 40, onExceeded: 'wait' } });
  await expect(agent.invoke(say, { id: 'wait' })).rejects.toMatchObject({ waits: [{ name: 'budget' }] });
  await waits.answer('wait', 'budget', { tokens: 100 });
  const { messages } = await agent.invoke(say, { id: 'wait' });
  expect(messages.at(-1)?.content).toBe('Seen.');
  expect(model.asked).toHaveLength(5);
});

test('in a flow the budget of the flow counts, and one of the agent is refused', async () => {
  const own = looking({ budget: { tokens: 40 } });
  await expect(flow('own', async () => void (await own.agent.invoke(say)))()).rejects.toThrow(
    /has a budget of its own and was called in a flow/,
  );
  const { model, agent } = looking({});
  const run = flow('flows', async () => void (await agent.invoke(say)), { budget: { tokens: 40 } });
  await expect(run()).rejects.toMatchObject({ code: 'REPRISE_BUDGET_EXCEEDED' });
  expect(model.asked).toHaveLength(2);
});

test('agents of one name have one budget', () => {
  looking({ name: 'twin', budget: { tokens: 40 } });
  looking({ name: 'twin', budget: { tokens: 40 } });
  expect(() => looking({ name: 'twin' })).toThrow(/two agents named 'twin' with different budgets/);
});
