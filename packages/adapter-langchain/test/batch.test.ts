import { StringOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { configure, executions } from '@reprise/core';
import { beforeAll, expect, test } from 'vitest';
import { durable } from '../src/index.ts';
import { ScriptedModel } from './model.ts';
import { graphOf } from './setting.ts';

beforeAll(() => configure({ store: 'memory:', poll: 20 }));

test('a batch numbers its inputs by the id of the agent, whichever way its configs are given', async () => {
  const model = new ScriptedModel((messages) => ({ text: `re ${messages.at(-1)?.content}` }));
  const chain = durable(ChatPromptTemplate.fromTemplate('{q}').pipe(model).pipe(new StringOutputParser()));
  expect(await chain.withExecution('many').batch([{ q: 'a' }, { q: 'b' }], [{}, {}])).toEqual(['re a', 're b']);
  expect((await executions.get('many.2')).status).toBe('completed');
});

test('a batch runs so many at once as its config says', async () => {
  let running = 0;
  let most = 0;
  const node = async ({ said }: { said: string }) => {
    most = Math.max(most, ++running);
    await new Promise(setImmediate);
    running--;
    return { said };
  };
  const agent = durable(graphOf(node).compile(), { name: 'few-at-once' });
  await agent.batch([{ said: '1' }, { said: '2' }, { said: '3' }], { maxConcurrency: 1 });
  expect(most).toBe(1);
});
