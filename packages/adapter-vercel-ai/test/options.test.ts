import { configure, executions, Reprise } from '@reprise/core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { durable } from '../src/index.ts';
import { anything, Setting, text, turns, use } from './setting.ts';

const setting = new Setting();

beforeAll(() => configure({ store: 'memory:' }));
beforeEach(() => setting.begin());
afterAll(() => setting.end());

test('what cannot be made durable is refused', () => {
  expect(() => durable({} as never)).toThrow(/durable\(\) takes an agent of the AI SDK/);
});

test('what is no option is refused, and says what there is', () => {
  const agent = { generate() {}, stream() {} };
  const given = (options: object) => () => durable(agent as never, options);
  expect(given({ nme: 'x' })).toThrow(/durable\(\) has no option 'nme'. It takes: name, reprise, tools, budget/);
  expect(given({ name: 1 })).toThrow(/'name' of durable\(\) must be a string/);
  expect(given({ reprise: {} })).toThrow(/'reprise' of durable\(\) must be an engine/);
});

test('an id that is none is refused, and the call of the agent is named', async () => {
  const agent = durable({ generate() {}, stream() {} } as never, { name: 'named' }) as {
    generate(asked: object): Promise<unknown>;
  };
  for (const id of [7, '', null]) {
    await expect(agent.generate({ prompt: 'go', id })).rejects.toThrow(
      /^Option 'id' of a call of agent 'named' must be a string of 1 to 200 /,
    );
  }
});

test('policies are for tools that there are, and say what they may', () => {
  const agent = setting.plain('ai', turns(use('refund')), { tools: { refund: { inputSchema: anything } } });
  const with_ = (tools: object) => () => durable(agent, { name: crypto.randomUUID(), tools: tools as never });
  expect(with_({ refnd: { effect: 'once' } })).toThrow(/has no option 'refnd'. It takes: refund/);
  expect(with_({ refund: { effect: 'twice' } })).toThrow(/'effect' of tool 'refund' .* must be 'once'/);
  expect(with_({ refund: { retries: 2 } })).toThrow(/no option 'retries'/);
  const unseen = { tools: { refund: {} }, generate() {}, stream() {} };
  expect(() => durable(unseen as never, { tools: { refund: { effect: 'once' } } as never })).toThrow(
    /durableTools\(tools/,
  );
});

test('an engine of its own keeps the executions of an agent', async () => {
  const reprise = new Reprise({ store: 'memory:' });
  const agent = setting.agent('ai', () => [text('Hello.')], { options: { reprise } });
  await agent.generate({ prompt: 'go', id: 'own-engine' });
  expect((await reprise.executions.get('own-engine')).status).toBe('completed');
  await expect(executions.get('own-engine')).rejects.toThrow(/no execution/);
  await reprise.close();
});
