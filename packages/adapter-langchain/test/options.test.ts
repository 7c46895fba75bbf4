import { configure, executions, Reprise, WaitingError } from '@reprise/core';
import { createAgent } from 'langchain';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { durable, durableTools, waitTool } from '../src/index.ts';
import { type Script, ScriptedModel } from './model.ts';
import { lastOf, newRefund, refunding, say } from './setting.ts';

beforeAll(() => configure({ store: 'memory:' }));

const input = say('go');
const refund = newRefund(async ({ dollars }) => `${dollars} dollars`);
const model = () => new ScriptedModel(refunding);

test('what cannot be made durable is refused', () => {
  expect(() => durable({} as never)).toThrow(/durable\(\) takes an agent, a compiled graph or a chain of LangChain/);
});

test('what is no option is refused, and says what there is', () => {
  const agent = createAgent({ model: model(), tools: [refund] });
  const given = (options: object) => () => durable(agent, options);
  expect(given({ store: 'memory:' })).toThrow(
    /durable\(\) has no option 'store'. It takes: name, reprise, tools, budget/,
  );
  expect(given({ name: '' })).toThrow(/'name' of durable\(\) must be a string of 1 to/);
  expect(given({ reprise: {} })).toThrow(/must be an engine: new Reprise/);
});

test('policies are for tools that there are, and say what they may', () => {
  const agent = createAgent({ model: model(), tools: [refund] });
  const given = (options: object) => () => durable(agent, options);
  expect(given({ tools: { refnd: { effect: 'once' } } })).toThrow(/has no option 'refnd'. It takes: refund/);
  expect(given({ tools: { refund: { effect: 'twice' } } })).toThrow(/'effect' of tool 'refund' .* must be 'once'/);
  expect(given({ tools: { refund: { retry: { attempts: 0 } } } })).toThrow(/'attempts' of the retry policy of tool/);
});

test('an id that is none is refused, and the call of the agent is named', async () => {
  const agent = durable(createAgent({ model: model(), tools: [refund] }), { name: 'named' });
  for (const id of [7, '', null]) {
    await expect(agent.invoke(input, { id: id as never })).rejects.toThrow(
      /^Option 'id' of a call of agent 'named' must be a string of 1 to 200 .* Leave it out for a new execution\.$/,
    );
  }
});

test('a thread that is named where nobody reads it is refused', () => {
  const agent = durable(createAgent({ model: model(), tools: [refund] }), { name: 'thread beside' });
  expect(() => agent.invoke(input, { thread_id: 'x' } as never)).toThrow(/Write \{ configurable: \{ thread_id/);
});

test('what is no tool is refused', () => {
  const given = (tools: unknown) => () => durableTools(tools as never);
  expect(given([refund, { type: 'web_search' }])).not.toThrow();
  expect(given({ refund: async () => 'done' })).toThrow(/'refund' .* is no tool of LangChain/);
  expect(given([undefined])).toThrow(/is no tool of LangChain/);
});

test('policies for an agent without tools are refused', () => {
  const given = () => durable(createAgent({ model: model(), tools: [] }), { tools: { refund: { effect: 'once' } } });
  expect(given).toThrow(/tools of durable\(\) has no option 'refund'. It takes: none/);
});

test('an engine of its own keeps the executions of an agent', async () => {
  const reprise = new Reprise({ store: 'memory:' });
  const script: Script = (messages) =>
    messages.at(-1)?._getType() === 'tool'
      ? { text: `It is ${messages.at(-1)?.content}.` }
      : { calls: [{ id: 'call_1', name: 'approve', args: { question: 'Go on?' } }] };
  const tools = [waitTool({ name: 'approve', schema: z.boolean() })];
  const agent = durable(createAgent({ model: new ScriptedModel(script), tools }), { name: 'own engine', reprise });
  await expect(agent.invoke(input, { id: 'own-engine' })).rejects.toSatisfy((error) => WaitingError.isInstance(error));
  expect((await reprise.executions.get('own-engine')).status).toBe('waiting');
  await expect(executions.get('own-engine')).rejects.toThrow(/no execution/);
  expect(lastOf(await agent.resume('own-engine', { answers: { approve: true } }))).toBe('It is true.');
  await reprise.close();
});
