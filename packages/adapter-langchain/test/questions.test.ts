import { tool } from '@langchain/core/tools';
import { Annotation, interrupt, MemorySaver, StateGraph } from '@langchain/langgraph';
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import { executions, flow, WaitingError, waits } from '@reprise/core';
import { createAgent } from 'langchain';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { durable, waitTool } from '../src/index.ts';
import { ScriptedModel } from './model.ts';
import { graphOf, lastOf, newId, recordInFolder, say } from './setting.ts';

recordInFolder();

test('a question in a flow parks it, and its answer takes it on', async () => {
  const model = new ScriptedModel((messages) =>
    messages.at(-1)?._getType() === 'tool'
      ? { text: `It is ${messages.at(-1)?.content}.` }
      : { calls: [{ id: 'call_1', name: 'approve', args: { question: 'Sure?' } }] },
  );
  const agent = durable(createAgent({ model, tools: [waitTool({ name: 'approve', schema: z.boolean() })] }));
  const work = flow('asking-work', async () => lastOf(await agent.invoke(say('go'))));
  const id = newId();
  const run = async () => (await work.start(undefined, { id })).result();
  await expect(run()).rejects.toSatisfy((error) => WaitingError.isInstance(error));
  await waits.answer(id, 'approve', true);
  expect(await run()).toBe('It is true.');
  expect(model.asked).toHaveLength(2);
});

test('interrupt() without a thread says that it needs one', async () => {
  const agent = durable(graphOf(async () => ({ said: interrupt('Go on?') })).compile());
  await expect(agent.invoke({ said: '' }, { id: newId() })).rejects.toThrow(/need a thread .* thread_id/);
});

describe('a question', () => {
  test('of the wait tool stops the agent until somebody answers', async () => {
    const model = new ScriptedModel((messages) =>
      messages.at(-1)?._getType() === 'tool'
        ? { text: `It is ${messages.at(-1)?.content}.` }
        : { calls: [{ id: 'call_1', name: 'approve', args: { question: 'Go on?' } }] },
    );
    const agent = durable(createAgent({ model, tools: [waitTool({ name: 'approve', schema: z.boolean() })] }));
    const id = newId();
    await expect(agent.invoke(say('go'), { id })).rejects.toSatisfy((error) => WaitingError.isInstance(error));
    await waits.answer(id, 'approve', true);
    expect(lastOf(await agent.invoke(say('go'), { id }))).toBe('It is true.');
    expect(model.asked).toHaveLength(2);
  });

  test('is answered and gone on with in one, without the input', async () => {
    const State = Annotation.Root({ said: Annotation<string>() });
    const graph = new StateGraph(State)
      .addNode('node', ({ said }) => ({ said: `${said} ${interrupt('Really?')}` }))
      .addEdge('__start__', 'node');
    const agent = durable(graph.compile({ checkpointer: new MemorySaver() }), { name: 'asking' });
    const id = newId();
    await agent.invoke({ said: 'I say' }, { id, configurable: { thread_id: id } });
    expect(await agent.resume(id, { answers: { interrupt: 'yes' } })).toEqual({ said: 'I say yes' });
  });

  test('that a node asks with interrupt() is a wait, and no call of the node is paid again', async () => {
    const model = new ScriptedModel((_, count) => ({ text: `answer ${count}` }));
    const State = Annotation.Root({ said: Annotation<string>() });
    const node = async () => {
      const one = (await model.invoke('one')).content;
      const two = (await model.invoke('two')).content;
      const first = interrupt('Really?');
      const three = (await model.invoke('three')).content;
      const second = interrupt({ question: 'Sure?' });
      return { said: [one, two, first, three, second].join(', ') };
    };
    const graph = new StateGraph(State).addNode('node', node).addEdge('__start__', 'node');
    const agent = durable(graph.compile({ checkpointer: new MemorySaver() }));
    const id = newId();
    const config = { id, configurable: { thread_id: id } };
    const asked = (await agent.invoke({ said: '' }, config)) as never as { __interrupt__: { value: unknown }[] };
    expect(asked.__interrupt__.map(({ value }) => value)).toEqual(['Really?']);
    expect((await executions.get(id)).status).toBe('waiting');
    await waits.answer(id, 'interrupt', 'yes');
    await agent.invoke({ said: '' }, config);
    const [open] = (await waits.list()).filter(({ execution }) => execution === id);
    expect(open?.question).toBe('Sure?');
    await waits.answer(id, open?.name ?? '', 'quite');
    expect((await agent.invoke({ said: '' }, config)).said).toBe('answer 1, answer 2, yes, answer 3, quite');
    expect(model.asked).toEqual(['one', 'two', 'three']);
  });

  test.each([1, 2])('of two tools in one task each get their own answer, whichever came first: %i', async (first) => {
    const calls = [1, 2].map((n) => ({ id: `call_${n}`, name: 'approve', args: { n } }));
    const model = new ScriptedModel((messages) =>
      messages.at(-1)?._getType() === 'tool'
        ? {
            text: messages
              .filter((message) => message._getType() === 'tool')
              .map(({ content }) => content)
              .join(', '),
          }
        : { calls },
    );
    let effects = 0;
    const approve = tool(
      ({ n }: { n: number }) => {
        const answer = interrupt(`Question ${n}?`);
        effects++;
        return `${n}: ${answer}`;
      },
      { name: 'approve', description: 'Asks.', schema: z.object({ n: z.number() }) },
    );
    const agent = durable(createReactAgent({ llm: model, tools: [approve], checkpointer: new MemorySaver() }));
    const id = newId();
    const config = { id, configurable: { thread_id: id } };
    await agent.invoke(say('go'), config);
    const answer = async (n: number) => {
      const open = (await waits.list()).find((wait) => wait.execution === id && wait.question === `Question ${n}?`);
      await waits.answer(id, open?.name ?? '', `answer ${n}`);
      return agent.invoke(say('go'), config);
    };
    await answer(first);
    expect(lastOf(await answer(3 - first))).toBe('1: answer 1, 2: answer 2');
    expect([model.asked.length, effects]).toEqual([2, 2]);
  });
});

test('a question of a subgraph that keeps no checkpoints is told to the caller', async () => {
  const inner = graphOf(async () => ({ said: `got ${interrupt('Sure?')}` })).compile({ checkpointer: false });
  const agent = durable(graphOf(async (state) => inner.invoke(state)).compile(), { name: 'keeps-none' });
  const config = { id: 'keeps-none', configurable: { thread_id: 'keeps-none' } };
  expect(await agent.invoke({ said: '' }, config)).toMatchObject({ __interrupt__: [{ value: 'Sure?' }] });
  expect(await agent.resume('keeps-none', { answers: { interrupt: 'yes' } })).toEqual({ said: 'got yes' });
});
