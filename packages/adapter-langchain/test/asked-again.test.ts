import { StringOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { Annotation, interrupt, StateGraph } from '@langchain/langgraph';
import { configure, executions } from '@reprise/core';
import { beforeAll, expect, test } from 'vitest';
import { durable } from '../src/index.ts';
import { ScriptedModel } from './model.ts';

beforeAll(() => configure({ store: 'memory:', poll: 20 }));

const Said = Annotation.Root({ said: Annotation<string>() });

function graphOf(node: (state: { said: string }) => Promise<{ said: string }>) {
  return new StateGraph(Said).addNode('node', node).addEdge('__start__', 'node');
}

test('a stream that was left early before a question is not paid again after the answer', async () => {
  const model = new ScriptedModel(() => ({ text: 'a long answer' }));
  const node = async () => {
    let first = '';
    for await (const { content } of await model.stream('go')) {
      first = String(content);
      break;
    }
    return { said: `${first} ${interrupt('Sure?')}` };
  };
  const agent = durable(graphOf(node).compile(), { name: 'left-early' });
  await agent.invoke({ said: '' }, { id: 'left-early', configurable: { thread_id: 'left-early' } });
  expect(await agent.resume('left-early', { answers: { interrupt: 'yes' } })).toEqual({ said: 'a l yes' });
  expect(model.asked).toEqual(['go']);
});

test('a question of a subgraph that keeps no checkpoints is told to the caller', async () => {
  const inner = graphOf(async () => ({ said: `got ${interrupt('Sure?')}` })).compile({ checkpointer: false });
  const agent = durable(graphOf(async (state) => inner.invoke(state)).compile(), { name: 'keeps-none' });
  const config = { id: 'keeps-none', configurable: { thread_id: 'keeps-none' } };
  expect(await agent.invoke({ said: '' }, config)).toMatchObject({ __interrupt__: [{ value: 'Sure?' }] });
  expect(await agent.resume('keeps-none', { answers: { interrupt: 'yes' } })).toEqual({ said: 'got yes' });
});

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
