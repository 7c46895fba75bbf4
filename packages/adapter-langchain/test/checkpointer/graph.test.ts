import { HumanMessage } from '@langchain/core/messages';
import { Annotation, Command, entrypoint, interrupt, Send, StateGraph, task } from '@langchain/langgraph';
import { describe, expect, test } from 'vitest';
import { KeyvSaver } from '../../src/index.ts';
import { agentOn } from './talk.ts';

const named = (thread_id: string) => ({ configurable: { thread_id } });
const inMemory = () => new KeyvSaver({ store: 'memory:' });

const State = Annotation.Root({
  items: Annotation<string[]>({ reducer: (a, b) => [...a, ...b], default: () => [] }),
});

async function collected<T>(all: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of all) values.push(value);
  return values;
}

describe('a graph with a KeyvSaver, and nothing else of Reprise', () => {
  test('goes on with the conversation of its thread', async () => {
    const saver = inMemory();
    const one = agentOn(saver, 2, 'one');
    const other = agentOn(saver, 1, 'other');
    await one.invoke({ messages: [new HumanMessage('first')] }, named('1'));
    await other.invoke({ messages: [new HumanMessage('elsewhere')] }, named('2'));
    const { messages } = await one.invoke({ messages: [new HumanMessage('second')] }, named('1'));
    const turn = ['human', 'ai', 'tool', 'ai'];
    expect(messages.map(({ type }) => type)).toEqual([...turn, ...turn]);
  });

  test('stops at a question and goes on with its answer, in a graph that is built anew', async () => {
    const store = inMemory();
    const asking = () =>
      new StateGraph(State)
        .addNode('ask', () => ({ items: [interrupt('which?') as string] }))
        .addEdge('__start__', 'ask')
        .compile({ checkpointer: store });
    const stopped = await asking().invoke({ items: ['in'] }, named('t'));
    expect(stopped).toMatchObject({ __interrupt__: [{ value: 'which?' }] });
    expect(await asking().invoke(new Command({ resume: 'this' }), named('t'))).toEqual({ items: ['in', 'this'] });
  });

  test('runs only the parallel branch again that has failed', async () => {
    const runs: string[] = [];
    let broken = true;
    const work = ({ name }: { name: string }) => {
      runs.push(name);
      if (name === 'b' && broken) throw new Error('out of order');
      return { items: [name] };
    };
    const graph = new StateGraph(State)
      .addNode('work', work as never)
      .addConditionalEdges('__start__', () => ['a', 'b', 'c'].map((name) => new Send('work', { name })))
      .compile({ checkpointer: inMemory() });
    await expect(graph.invoke({ items: [] }, named('t'))).rejects.toThrow('out of order');
    broken = false;
    expect(await graph.invoke(null, named('t'))).toEqual({ items: ['a', 'b', 'c'] });
    expect(runs).toEqual(['a', 'b', 'c', 'b']);
  });

  test('goes back to an earlier state and branches off, and both branches stay whole', async () => {
    const graph = new StateGraph(State)
      .addNode('first', () => ({ items: ['first'] }))
      .addNode('second', ({ items }) => ({ items: [`second after ${items.at(-1)}`] }))
      .addEdge('__start__', 'first')
      .addEdge('first', 'second')
      .compile({ checkpointer: inMemory() });
    await graph.invoke({ items: ['in'] }, named('t'));
    const history = await collected(graph.getStateHistory(named('t')));
    const afterFirst = history.find(({ next }) => next[0] === 'second');
    const branch = await graph.updateState(afterFirst?.config ?? {}, { items: ['changed'] });
    const ended = await graph.invoke(null, branch);
    expect(ended).toEqual({ items: ['in', 'first', 'changed', 'second after changed'] });
    const whole = await collected(graph.getStateHistory(named('t')));
    expect(whole).toHaveLength(history.length + 2);
    expect(whole.slice(2).map(({ values }) => values)).toEqual(history.map(({ values }) => values));
  });

  test('keeps the states of graphs within graphs under their own names', async () => {
    const saver = inMemory();
    const inner = new StateGraph(State)
      .addNode('inside', ({ items }) => ({ items: [interrupt(`after ${items.length}`) as string] }))
      .addEdge('__start__', 'inside')
      .compile();
    const outer = new StateGraph(State).addNode('inner', inner).addEdge('__start__', 'inner').compile({
      checkpointer: saver,
    });
    await outer.invoke({ items: ['in'] }, named('t'));
    expect(await outer.invoke(new Command({ resume: 'yes' }), named('t'))).toMatchObject({
      items: ['in', 'in', 'yes'],
    });
    const places = await collected(saver.list(named('t')));
    expect(new Set(places.map(({ config }) => config.configurable?.checkpoint_ns.split(':')[0]))).toEqual(
      new Set(['', 'inner']),
    );
  });

  test('serves the finished tasks of a function when it goes on', async () => {
    const runs: number[] = [];
    let broken = true;
    const square = task('square', async (n: number) => {
      runs.push(n);
      if (n === 3 && broken) throw new Error('out of order');
      return n * n;
    });
    const flow = entrypoint({ name: 'squares', checkpointer: inMemory() }, async (upTo: number) => {
      let sum = 0;
      for (let n = 1; n <= upTo; n++) sum += await square(n);
      return sum;
    });
    await expect(flow.invoke(3, named('t'))).rejects.toThrow('out of order');
    broken = false;
    expect(await flow.invoke(null as never, named('t'))).toBe(14);
    expect(runs).toEqual([1, 2, 3, 3]);
  });

  test('works behind a wrapper that does not pass on which channels are new', async () => {
    const saver = inMemory();
    const put = saver.put.bind(saver);
    saver.put = (config, checkpoint, metadata) => put(config, checkpoint, metadata);
    const graph = new StateGraph(State)
      .addNode('first', () => ({ items: ['first'] }))
      .addEdge('__start__', 'first')
      .compile({ checkpointer: saver });
    await graph.invoke({ items: ['in'] }, named('t'));
    expect((await graph.getState(named('t'))).values).toEqual({ items: ['in', 'first'] });
  });
});
