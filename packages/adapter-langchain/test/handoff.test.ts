import { tool } from '@langchain/core/tools';
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import { createSupervisor } from '@langchain/langgraph-supervisor';
import { Reprise } from '@reprise/core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { durable } from '../src/index.ts';
import { type Script, ScriptedModel } from './model.ts';

test('a supervisor in a flow that fails after two agents goes on, with each message once', async () => {
  let runs = 0;
  const search = tool(async () => `found ${++runs}`, {
    name: 'search',
    description: 'Searches.',
    schema: z.object({}),
  });
  const searching: Script = (messages) =>
    messages.at(-1)?.name === 'search'
      ? { text: String(messages.at(-1)?.content) }
      : { calls: [{ id: `call_${messages.length}`, name: 'search', args: {} }] };
  let isAway = true;
  const model = new ScriptedModel((messages) => {
    const heard = messages.map(({ content }) => String(content));
    const next = ['one', 'two'].find((name) => !heard.includes(`Successfully transferred to ${name}`));
    if (next) return { calls: [{ id: `call_${next}`, name: `transfer_to_${next}`, args: {} }] };
    if (isAway) throw new Error('away');
    return { text: heard.join('; ') };
  });
  const worker = (name: string) => createReactAgent({ llm: new ScriptedModel(searching), tools: [search], name });
  const agents = [worker('one'), worker('two')] as never;
  const agent = durable(createSupervisor({ agents, llm: model }).compile());
  const reprise = new Reprise({ store: 'memory:' });
  const flow = reprise.flow('flow', async () => {
    const { messages } = await agent.invoke({ messages: [{ role: 'user', content: 'go' }] });
    return messages.map(({ content }) => content);
  });
  const run = async () => (await flow.start(undefined, { id: 'x' })).result();
  await expect(run()).rejects.toThrow('away');
  isAway = false;
  const said = await run();
  expect(said.filter((content) => content === 'go')).toHaveLength(1);
  expect(said.filter((content) => content === 'Transferring back to supervisor')).toHaveLength(2);
  expect([runs, model.asked.length]).toEqual([2, 4]);
  await reprise.close();
});
