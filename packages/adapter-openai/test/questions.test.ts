import { Agent } from '@openai/agents';
import { Reprise, WaitingError } from '@reprise/core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { waitTool } from '../src/index.ts';

test('a question in a flow parks it, and its answer takes it on', async () => {
  const reprise = new Reprise({ store: 'memory:' });
  const ask = waitTool({ name: 'approve', schema: z.boolean() });
  const work = reprise.flow('work', () => ask.function.function({ question: 'Sure?' }));
  const run = async () => (await work.start(undefined, { id: 'x' })).result();
  await expect(run()).rejects.toSatisfy((error) => WaitingError.isInstance(error));
  expect(await reprise.waits.list()).toMatchObject([{ name: 'approve', question: 'Sure?' }]);
  await expect(reprise.waits.answer('x', 'approve', 'maybe')).rejects.toThrow();
  await reprise.waits.answer('x', 'approve', true);
  expect(await run()).toBe('true');
  await reprise.close();
});

test('a tool that asks a person sends nothing to the model but what describes it', () => {
  const ask = waitTool({ name: 'approve', description: 'Asks.' });
  expect(Object.keys(JSON.parse(JSON.stringify(ask)))).toEqual(['type', 'function']);
  const agent = new Agent({ name: 'a', tools: [ask] });
  expect(agent.tools[0]).toBe(ask);
});
