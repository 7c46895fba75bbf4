import { Annotation, StateGraph } from '@langchain/langgraph';
import { Reprise } from '@reprise/core';
import { memoryDriver } from '@reprise/core/store';
import { expect, test } from 'vitest';
import { durable, durableModel } from '../src/index.ts';
import { ScriptedModel } from './model.ts';
import { RememberedStore } from './sweep/writes.ts';

const State = Annotation.Root({ said: Annotation<string>() });

/** A graph that cannot read what its model says, unless it says something else. */
function reading(model: ScriptedModel) {
  const node = async () => ({ said: JSON.parse(String((await model.invoke('json')).content)) as string });
  return new StateGraph(State).addNode('read', node).addEdge('__start__', 'read').compile();
}

const nonsenseFirst = () => new ScriptedModel((_, count) => ({ text: count === 1 ? 'nonsense' : '"sense"' }));
const echo = () => new ScriptedModel((messages) => ({ text: `re ${messages.at(-1)?.content}` }));

test('a failure of a whole agent that the flow has got over is the same failure again, and not paid again', async () => {
  const run = async (store: RememberedStore, model: ScriptedModel) => {
    const reprise = new Reprise({ store: store.driver });
    const agent = durable(reading(model));
    const other = durableModel(echo());
    const work = reprise.flow('work', async () => {
      const failed = await agent.invoke({ said: '' }).catch(() => ({ said: 'instead' }));
      return String((await other.invoke(failed.said)).content);
    });
    const handle = await work.start(undefined, { id: 'one', takeover: true });
    return { said: await handle.result(), asked: model.asked.length + other.asked.length };
  };
  const store = new RememberedStore();
  expect(await run(store, nonsenseFirst())).toEqual({ said: 're instead', asked: 2 });
  // All calls are recorded, and not that the execution is over.
  const left = await store.after(store.writes.findLastIndex(({ key }) => key.startsWith('reprise/j/')));
  expect(await run(left, new ScriptedModel(() => ({ text: '"sense"' })))).toEqual({ said: 're instead', asked: 0 });
});

test('a failure of a subgraph that a node has got over is the same failure again, and not paid again', async () => {
  const reprise = new Reprise({ store: memoryDriver() });
  const model = nonsenseFirst();
  const other = echo();
  const inner = reading(model);
  let isBroken = true;
  const graph = new StateGraph(State)
    .addNode('try', () => inner.invoke({ said: '' }).catch(() => ({ said: 'instead' })))
    .addNode('go', async ({ said }) => {
      const { content } = await other.invoke(said);
      if (isBroken) throw new Error('broken');
      return { said: String(content) };
    })
    .addEdge('__start__', 'try')
    .addEdge('try', 'go');
  const agent = durable(graph.compile());
  const work = reprise.flow('work', async () => (await agent.invoke({ said: '' })).said);
  await expect((await work.start(undefined, { id: 'one' })).result()).rejects.toThrow('broken');
  isBroken = false;
  expect(await (await work.start(undefined, { id: 'one' })).result()).toBe('re instead');
  expect(model.asked).toHaveLength(1);
});

test('a bad answer over which the execution failed is asked for afresh, although another agent went on beside it', async () => {
  const reprise = new Reprise({ store: memoryDriver() });
  const model = nonsenseFirst();
  const other = durableModel(echo());
  const agent = durable(reading(model));
  const work = reprise.flow('work', async () => {
    const beside = (async () => {
      let said = 'a';
      for (let n = 0; n < 4; n++) said = String((await other.invoke(said)).content);
      return said;
    })();
    const both = await Promise.allSettled([agent.invoke({ said: '' }), beside]);
    if (both[0].status === 'rejected') throw both[0].reason;
    return both[0].value.said;
  });
  await expect((await work.start(undefined, { id: 'one' })).result()).rejects.toThrow(/JSON/);
  expect(await (await work.start(undefined, { id: 'one' })).result()).toBe('sense');
  expect([model.asked.length, other.asked.length]).toEqual([2, 4]);
});
