import type { AIMessage } from '@langchain/core/messages';
import { Annotation, interrupt, StateGraph } from '@langchain/langgraph';
import { createAgent } from 'langchain';
import { describe, expect, test } from 'vitest';
import { durable } from '../src/index.ts';
import { ScriptedModel } from './model.ts';
import { graphOf, lastOf, newId, recordInFolder, say, searching, twoTurns } from './setting.ts';

recordInFolder();

describe('an agent', () => {
  test.each(['values', 'updates', 'messages', 'custom', 'debug'] as const)(
    'streams in mode %s, and is told again chunk by chunk',
    async (streamMode) => {
      const model = new ScriptedModel(twoTurns);
      const { search } = searching();
      const agent = durable(createAgent({ model, tools: [search] }));
      const id = newId();
      const told: string[][] = [];
      for (let run = 0; run < 2; run++) {
        const chunks: string[] = [];
        for await (const chunk of await agent.withExecution(id).stream(say('otters?'), { streamMode })) {
          chunks.push(streamMode === 'messages' ? String((chunk as never as [AIMessage])[0].content) : typeof chunk);
        }
        told.push(chunks);
      }
      expect(told[1]).toEqual(told[0]);
      if (streamMode === 'messages') expect(told[0]?.length).toBeGreaterThan(5);
      expect(model.asked).toHaveLength(2);
      expect(lastOf(await agent.invoke(say('otters?'), { id }))).toBe('It is found otters.');
      expect(model.asked).toHaveLength(2);
    },
  );

  test.each(['v2', 'v3'] as const)('tells its events in version %s, and tells them again', async (version) => {
    const model = new ScriptedModel(twoTurns);
    const { search } = searching();
    const agent = durable(createAgent({ model, tools: [search] }));
    const counts: number[] = [];
    const id = newId();
    for (let run = 0; run < 2; run++) {
      let count = 0;
      // Version 2 is read without a promise, as LangChain's documentation does it.
      const events = agent.withExecution(id).streamEvents(say('otters?'), { version } as never);
      if (version === 'v2') expect(Symbol.asyncIterator in events).toBe(true);
      for await (const _ of await events) count++;
      counts.push(count);
    }
    expect(counts[0]).toBeGreaterThan(5);
    expect(counts[1]).toBe(counts[0]);
    expect(model.asked).toHaveLength(2);
  });
});

test('a reader that leaves early loses nothing', async () => {
  const model = new ScriptedModel(() => ({ text: 'a long answer' }));
  const State = Annotation.Root({ said: Annotation<string>() });
  let isBroken = true;
  const node = async () => {
    for await (const chunk of await model.stream('go')) if (String(chunk.content).length > 0) break;
    if (isBroken) throw new Error('broken');
    return { said: 'left' };
  };
  const agent = durable(new StateGraph(State).addNode('node', node).addEdge('__start__', 'node').compile());
  const id = newId();
  await expect(agent.invoke({ said: '' }, { id })).rejects.toThrow('broken');
  isBroken = false;
  expect((await agent.invoke({ said: '' }, { id })).said).toBe('left');
  expect(model.asked).toHaveLength(1);
});

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
