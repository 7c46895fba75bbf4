import { tool } from '@langchain/core/tools';
import { configure, executions, type Override } from '@reprise/core';
import { createAgent } from 'langchain';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { durable } from '../src/index.ts';
import { type Script, ScriptedModel } from './model.ts';

beforeAll(() => configure({ store: 'memory:' }));

const twoTurns: Script = (messages) =>
  messages.at(-1)?._getType() === 'tool'
    ? { text: `It is ${messages.at(-1)?.content}.` }
    : { calls: [{ id: 'call_1', name: 'search', args: { query: 'otters' } }] };

async function recorded(id: string) {
  const runs: string[] = [];
  const search = tool(
    async ({ query }: { query: string }) => {
      runs.push(query);
      return `found ${query}`;
    },
    { name: 'search', description: 'Searches.', schema: z.object({ query: z.string() }) },
  );
  const model = new ScriptedModel(twoTurns);
  const agent = durable(createAgent({ model, tools: [search] }), { name: `agent of ${id}` });
  const { execution } = await agent.invoke({ messages: [{ role: 'user', content: 'otters?' }] }, { id });
  await execution.ended;
  return { runs, model };
}

const lastOutput = async (id: string) => JSON.stringify((await executions.get(id)).journal.at(-1)?.output);

test('an agent is replayed from a tool, and what its model had said before is kept', async () => {
  const { runs, model } = await recorded('replay-tool');
  const replay = await executions.replay('replay-tool', { from: 'search' });
  await replay.result();
  expect([runs.length, model.asked.length]).toEqual([2, 3]);
  expect(await lastOutput(replay.id)).toContain('It is found otters.');
});

test('with `unchanged` nothing is made where nothing changes, and a tool may have another output', async () => {
  const { runs, model } = await recorded('replay-unchanged');
  const replay = async (overrides: Record<string, Override>) => {
    const handle = await executions.replay('replay-unchanged', { overrides, reuse: 'unchanged' });
    await handle.result();
    return lastOutput(handle.id);
  };
  await replay({});
  expect([runs.length, model.asked.length]).toEqual([1, 2]);
  expect(await replay({ search: { output: 'nothing' } })).toContain('It is nothing.');
  expect([runs.length, model.asked.length]).toEqual([1, 3]);
});
