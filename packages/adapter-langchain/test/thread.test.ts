import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HumanMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import {
  Annotation,
  Command,
  entrypoint,
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  StateGraph,
} from '@langchain/langgraph';
import { configure, executions, flow, Reprise, UsageError, waits } from '@reprise/core';
import { type AgentMiddleware, createAgent, humanInTheLoopMiddleware } from 'langchain';
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { durable, KeyvSaver, waitTool } from '../src/index.ts';
import { ScriptedModel } from './model.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprise-langchain-'));
  configure({ store: `sqlite:${join(folder, 'journal.db')}`, poll: 20 });
});

afterAll(() => rmSync(folder, { recursive: true }));

let ids = 0;
const onThread = () => ({ configurable: { thread_id: `thread-${++ids}` } });
const say = (content: string) => ({ messages: [{ role: 'user', content }] });
const contents = ({ messages }: { messages: { content: unknown }[] }) => messages.map(({ content }) => content);

const Said = Annotation.Root({ said: Annotation<string>() });
type Checkpointer = NonNullable<Parameters<StateGraph<typeof Said>['compile']>[0]>['checkpointer'];

/** A graph that repeats what it hears, with how many messages it has heard. */
function counting() {
  const model = new ScriptedModel((messages) => ({ text: `${messages.length} messages` }));
  const graph = new StateGraph(MessagesAnnotation)
    .addNode('model', async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addEdge('__start__', 'model');
  return { model, graph };
}

/** A node that asks a model, a person, and the model again. */
function asking(name: string, checkpointer?: Checkpointer) {
  const model = new ScriptedModel((_, count) => ({ text: `answer ${count}` }));
  const node = async ({ said }: { said: string }) => {
    const first = (await model.invoke('before')).content;
    const answer = interrupt({ question: 'Really?' });
    const second = (await model.invoke('after')).content;
    return { said: [said, first, answer, second].join(', ') };
  };
  const graph = new StateGraph(Said).addNode('node', node).addEdge('__start__', 'node');
  return { model, agent: durable(graph.compile(checkpointer ? { checkpointer } : {}), { name }) };
}

/** A node that asks a model, and fails for as long as it is broken. */
function fragile(name: string, checkpointer?: Checkpointer) {
  const model = new ScriptedModel((_, count) => ({ text: `answer ${count}` }));
  const state = { isBroken: true };
  const node = async ({ said }: { said: string }) => {
    const { content } = await model.invoke('question');
    if (state.isBroken) throw new Error('broken');
    return { said: `${said}, ${content}` };
  };
  const graph = new StateGraph(Said).addNode('node', node).addEdge('__start__', 'node');
  return { model, state, agent: durable(graph.compile(checkpointer ? { checkpointer } : {}), { name }) };
}

const openNames = async (execution: string) => (await waits.list({ execution })).map(({ name }) => name);

describe('a graph that has no checkpointer', () => {
  test('remembers its thread, and can be asked what is on it', async () => {
    const { graph, model } = counting();
    const compiled = graph.compile();
    const agent = durable(compiled, { name: 'remembers' });
    const thread = onThread();
    await agent.invoke(say('one'), thread);
    expect(contents(await agent.invoke(say('two'), thread))).toEqual(['one', '1 messages', 'two', '3 messages']);
    expect(contents((await agent.getState(thread)).values)).toHaveLength(4);
    const history: number[] = [];
    for await (const { values } of agent.getStateHistory(thread)) history.push(values.messages?.length ?? 0);
    expect(history[0]).toBe(4);
    expect(history.length).toBeGreaterThan(4);
    await agent.updateState(thread, say('three'));
    expect(contents(await agent.invoke(say('four'), thread)).at(-1)).toBe('6 messages');
    expect(model.asked).toHaveLength(3);
    expect(compiled.checkpointer).toBeUndefined();
    await expect(compiled.getState(thread)).rejects.toThrow('No checkpointer set');
  });

  test('remembers it as an agent of createAgent, too', async () => {
    const model = new ScriptedModel((messages) => ({ text: `${messages.length} messages` }));
    const agent = durable(createAgent({ model, tools: [] }), { name: 'remembers-as-agent' });
    const thread = onThread();
    await agent.invoke(say('one'), thread);
    expect(contents(await agent.invoke(say('two'), thread)).at(-1)).toBe('3 messages');
    const { values } = (await agent.graph.getState({
      configurable: { ...thread.configurable, __pregel_checkpointer: new KeyvSaver() },
    })) as { values: { messages: { content: unknown }[] } };
    expect(contents(values)).toHaveLength(4);
  });

  test('remembers nothing where it has refused one, or is given no thread', async () => {
    const { graph } = counting();
    const refusing = durable(graph.compile({ checkpointer: false }), { name: 'refuses' });
    const thread = onThread();
    await refusing.invoke(say('one'), thread);
    expect(contents(await refusing.invoke(say('two'), thread))).toEqual(['two', '1 messages']);
    const without = durable(graph.compile(), { name: 'no-thread' });
    await without.invoke(say('one'));
    expect(contents(await without.invoke(say('two')))).toEqual(['two', '1 messages']);
  });

  test('keeps its thread where its executions are', async () => {
    const reprise = new Reprise({ store: `sqlite:${join(folder, 'own.db')}` });
    const { graph } = counting();
    const agent = durable(graph.compile(), { name: 'own-engine', reprise });
    const thread = onThread();
    const { execution } = (await agent.invoke(say('one'), { id: 'own-1', ...thread })) as never as {
      execution: { id: string };
    };
    expect((await reprise.executions.get(execution.id)).status).toBe('completed');
    await expect(executions.get(execution.id)).rejects.toThrow('no execution');
    expect(contents((await agent.getState(thread)).values)).toHaveLength(2);
    expect(await new KeyvSaver().getTuple(thread)).toBeUndefined();
    await reprise.close();
  });

  test('has its checkpointer replaced in nothing: the one of the user keeps the thread', async () => {
    const checkpointer = new MemorySaver();
    const { graph } = counting();
    const agent = durable(graph.compile({ checkpointer }), { name: 'own-saver' });
    const thread = onThread();
    await agent.invoke(say('one'), thread);
    expect(await checkpointer.getTuple(thread)).toBeDefined();
    expect(await new KeyvSaver().getTuple(thread)).toBeUndefined();
  });
});

const SAVERS: Record<string, () => Checkpointer> = {
  'its own checkpointer': () => new MemorySaver(),
  ours: () => undefined,
};
const DURABILITIES = ['sync', 'async', 'exit'] as const;
const CASES = Object.keys(SAVERS).flatMap((saver) => DURABILITIES.map((durability) => ({ saver, durability })));

describe.each(CASES)('a thread with $saver and durability $durability', ({ saver, durability }) => {
  const name = `${saver}-${durability}`;
  const make = () => SAVERS[saver]?.() as Checkpointer;

  test('is answered by a Command without an id, and no call is paid again', async () => {
    const { agent, model } = asking(`asking-${name}`, make());
    const config = { ...onThread(), durability };
    await agent.invoke({ said: 'I say' }, config);
    const told = await agent.invoke(new Command({ resume: 'yes' }) as never, config);
    expect(told).toEqual({ said: 'I say, answer 1, yes, answer 2' });
    expect(model.asked).toEqual(['before', 'after']);
    expect(await executions.list({ flow: `asking-${name}` })).toMatchObject([{ status: 'completed' }]);
  });

  test('goes on with an input of null without an id, and no call is paid again', async () => {
    const { agent, model, state } = fragile(`fragile-${name}`, make());
    const config = { ...onThread(), durability };
    await expect(agent.invoke({ said: 'I say' }, config)).rejects.toThrow('broken');
    state.isBroken = false;
    expect(await agent.invoke(null as never, config)).toEqual({ said: 'I say, answer 1' });
    expect(model.asked).toEqual(['question']);
    expect(await executions.list({ flow: `fragile-${name}` })).toMatchObject([{ status: 'completed' }]);
  });

  test('goes on by its name, with answers by the name of a wait or the id of an interrupt', async () => {
    const { agent, model } = asking(`named-${name}`, make());
    const config = { ...onThread(), durability };
    for (const said of ['first', 'second']) {
      const { __interrupt__ } = (await agent.invoke({ said }, config)) as never as { __interrupt__: { id: string }[] };
      const key = said === 'first' ? 'interrupt' : (__interrupt__[0]?.id as string);
      const told = await agent.resume(config.configurable, { answers: { [key]: 'yes' } });
      expect(told.said).toMatch(new RegExp(`^${said}, answer \\d, yes, answer \\d$`));
    }
    expect(model.asked).toHaveLength(4);
  });
});

describe('a graph that stands at its question', () => {
  const Steps = Annotation.Root({ log: Annotation<string[]>({ reducer: (a, b) => [...a, ...b], default: () => [] }) });
  const inner = new StateGraph(Steps)
    .addNode('ask', () => ({ log: [`got ${interrupt({ question: 'Sure?' })}`] }))
    .addEdge('__start__', 'ask');
  const outer = () =>
    new StateGraph(Steps)
      .addNode('first', () => ({ log: ['first'] }))
      .addNode('inner', inner.compile())
      .addEdge('__start__', 'first')
      .addEdge('first', 'inner');

  test.each(['sync', 'async'] as const)(
    'gives and shows what plain LangGraph does, with durability %s',
    async (durability) => {
      const agent = durable(outer().compile(), { name: `stands-${durability}` });
      const plain = outer().compile({ checkpointer: new MemorySaver() });
      const config = { ...onThread(), durability };
      const known = async (graph: typeof plain) => {
        const { __interrupt__, ...state } = (await graph.invoke({ log: ['go'] }, config)) as never as {
          __interrupt__: { id: string; value: unknown }[];
        };
        const { tasks, next, values } = await graph.getState(config);
        const shown = tasks.map((task) => [task.name, task.interrupts.map(({ value }) => value)]);
        return { state, next, values, shown, told: __interrupt__.map(({ value }) => value) };
      };
      expect(await known(agent as never)).toEqual(await known(plain));
      const [task] = (await agent.getState(config)).tasks;
      const [open] = await waits.list({
        execution: (await executions.list({ flow: `stands-${durability}` }))[0]?.id ?? '',
      });
      expect(task?.interrupts[0]?.id).toBe(open?.reference);
      const { log } = await agent.invoke(new Command({ resume: 'yes' }) as never, config);
      expect(log).toEqual((await plain.invoke(new Command({ resume: 'yes' }), config)).log);
      expect((await agent.getState(config)).tasks).toEqual([]);
    },
  );

  test('at several is answered by their ids, and never by one answer for all', async () => {
    const both = new StateGraph(Steps)
      .addNode('a', () => ({ log: [`a ${interrupt('A?')}`] }))
      .addNode('b', () => ({ log: [`b ${interrupt('B?')}`] }))
      .addEdge('__start__', 'a')
      .addEdge('__start__', 'b');
    const agent = durable(both.compile(), { name: 'several' });
    const thread = onThread();
    const { __interrupt__ } = (await agent.invoke({ log: [] }, thread)) as never as {
      __interrupt__: { id: string; value: string }[];
    };
    const idOf = (question: string) => __interrupt__.find(({ value }) => value === question)?.id ?? '';
    const command = (resume: unknown) => agent.invoke(new Command({ resume }) as never, thread);
    await expect(command('yes')).rejects.toThrow(/stands at several questions.*id [0-9a-f]{32}, [AB]\?/s);
    await expect(command({ ['0'.repeat(32)]: 'yes' })).rejects.toThrow(/no open question with the id '0{32}'/);
    const half = (await command({ [idOf('B?')]: 'yes' })) as never as { __interrupt__: { value: string }[] };
    expect(half.__interrupt__.map(({ value }) => value)).toEqual(['A?']);
    expect((await command('no')).log).toEqual(['a no', 'b yes']);
  });

  test('tells what comes after its answer as a stream', async () => {
    const { agent, model } = asking('streams');
    const thread = onThread();
    const asked: unknown[] = [];
    for await (const chunk of await agent.stream({ said: 'I say' }, { ...thread, streamMode: 'updates' }))
      asked.push(chunk);
    const { tasks } = await agent.getState(thread);
    expect(asked).toEqual([{ __interrupt__: tasks[0]?.interrupts }]);
    const chunks: unknown[] = [];
    const config = { ...thread, streamMode: 'updates' as const };
    for await (const chunk of await agent.stream(new Command({ resume: 'yes' }) as never, config)) chunks.push(chunk);
    expect(chunks).toEqual([{ node: { said: 'I say, answer 1, yes, answer 2' } }]);
    expect(model.asked).toHaveLength(2);
  });

  test("of LangChain's own middleware for approvals is answered as LangChain says", async () => {
    const sent: string[] = [];
    const send = tool(({ to }: { to: string }) => `sent to ${sent[sent.push(to) - 1]}`, {
      name: 'send',
      description: 'Sends a mail.',
      schema: z.object({ to: z.string() }),
    });
    const model = new ScriptedModel((messages) =>
      messages.at(-1)?._getType() === 'tool'
        ? { text: `It is ${messages.at(-1)?.content}.` }
        : { calls: [{ id: 'call_1', name: 'send', args: { to: 'Ann' } }] },
    );
    const middleware = [humanInTheLoopMiddleware({ interruptOn: { send: true } } as never) as AgentMiddleware];
    const agent = durable(createAgent({ model, tools: [send], middleware }), { name: 'human-in-the-loop' });
    const thread = onThread();
    const asked = await agent.invoke(say('go'), thread);
    expect(asked.messages).toHaveLength(2);
    expect(asked).toMatchObject({ __interrupt__: [{ value: { actionRequests: [{ name: 'send' }] } }] });
    const told = await agent.invoke(new Command({ resume: { decisions: [{ type: 'approve' }] } }) as never, thread);
    expect(contents(told).at(-1)).toBe('It is sent to Ann.');
    expect([model.asked.length, sent]).toEqual([2, ['Ann']]);
  });

  test('in a flow parks the flow, and the thread shows it', async () => {
    const { agent, model } = asking('asks-in-a-flow');
    const thread = onThread();
    const work = flow('asks-in-a-flow-too', async () => (await agent.invoke({ said: 'I say' }, thread)).said);
    const run = async () => (await work.start(undefined, { id: 'flow-on-a-thread' })).result();
    await expect(run()).rejects.toThrow('waits for: interrupt');
    const shown = async () => (await agent.getState(thread)).tasks.map(({ interrupts }) => interrupts.length);
    await expect.poll(shown).toEqual([1]);
    await waits.answer('flow-on-a-thread', 'interrupt', 'yes');
    expect(await run()).toBe('I say, answer 1, yes, answer 2');
    expect(model.asked).toHaveLength(2);
  });

  test('takes a Command with the id of its execution, and the answer to the wait tool, too', async () => {
    const model = new ScriptedModel((messages) =>
      messages.at(-1)?._getType() === 'tool'
        ? { text: `It is ${messages.at(-1)?.content}.` }
        : { calls: [{ id: 'call_1', name: 'approve', args: { question: 'Go on?' } }] },
    );
    const agent = durable(createAgent({ model, tools: [waitTool({ name: 'approve' })] }), { name: 'by-id' });
    await expect(agent.invoke(say('go'), { id: 'by-id' })).rejects.toThrow('waits for');
    const told = await agent.invoke(new Command({ resume: 'fine' }) as never, { id: 'by-id' });
    expect(contents(told).at(-1)).toBe('It is fine.');
    expect(model.asked).toHaveLength(2);
  });

  test('refuses a Command that does more than answer, and one whose answer nobody waits for', async () => {
    const { agent } = asking('refuses-more');
    const thread = onThread();
    await agent.invoke({ said: 'I say' }, thread);
    const more = new Command({ resume: 'yes', update: { said: 'no' } });
    await expect(agent.invoke(more as never, thread)).rejects.toThrow('update or a goto beside its answer');
    const broken = fragile('refuses-answer');
    const other = onThread();
    await expect(broken.agent.invoke({ said: '' }, other)).rejects.toThrow('broken');
    await expect(broken.agent.invoke(new Command({ resume: 'yes' }) as never, other)).rejects.toThrow(
      'is failed and waits for no answer',
    );
  });
});

describe('a call on a thread in a flow', () => {
  /** Fails after its call, so that the call is over and the flow is not. */
  function failing(name: string) {
    const { graph, model } = counting();
    const agent = durable(graph.compile(), { name: `${name}-agent` });
    const given = { input: say('hello') as Parameters<typeof agent.invoke>[0], isBroken: true };
    const thread = onThread();
    const work = flow(name, async () => {
      const told = await agent.invoke(given.input, thread);
      if (given.isBroken) throw new Error('broken');
      return contents(told);
    });
    return { model, given, run: async () => (await work.start(undefined, { id: name })).result() };
  }

  test('is not told again for another input', async () => {
    const { model, given, run } = failing('another-input');
    await expect(run()).rejects.toThrow('broken');
    given.isBroken = false;
    given.input = say('something else') as typeof given.input;
    await expect(run()).rejects.toThrow(/diverged: .*(another input|another one)/);
    given.input = say('hello') as typeof given.input;
    expect(await run()).toEqual(['hello', '1 messages']);
    expect(model.asked).toHaveLength(1);
  });

  test('is told again for a message that LangGraph has written an id into, and for one of another day', async () => {
    const { model, given, run } = failing('the-same-input');
    given.input = { messages: [new HumanMessage('on 2026-01-01')] } as never;
    await expect(run()).rejects.toThrow('broken');
    await expect(run()).rejects.toThrow('broken');
    given.isBroken = false;
    given.input = { messages: [new HumanMessage('on 2026-01-02')] } as never;
    expect(await run()).toEqual(['on 2026-01-01', '1 messages']);
    expect(model.asked).toHaveLength(1);
  });
});

describe('going on with a thread', () => {
  test('whose execution is completed tells its result again', async () => {
    const { agent, model } = asking('tells-again');
    const { configurable } = onThread();
    await agent.invoke({ said: 'I say' }, { configurable });
    const told = await agent.resume(configurable, { answers: { interrupt: 'yes' } });
    expect(await agent.resume(configurable)).toEqual(told);
    expect(model.asked).toHaveLength(2);
  });

  test('that LangGraph alone has left behind goes on from its state', async () => {
    const checkpointer = new MemorySaver();
    let isBroken = true;
    const graph = new StateGraph(Said)
      .addNode('one', () => ({ said: 'one' }))
      .addNode('two', ({ said }) => {
        if (isBroken) throw new Error('broken');
        return { said: `${said}, two` };
      })
      .addEdge('__start__', 'one')
      .addEdge('one', 'two')
      .compile({ checkpointer });
    const { configurable } = onThread();
    await expect(graph.invoke({ said: '' }, { configurable })).rejects.toThrow('broken');
    isBroken = false;
    expect(await durable(graph, { name: 'left-behind' }).resume(configurable)).toEqual({ said: 'one, two' });
  });

  test('that stands at a breakpoint is a new execution, by null and by its name', async () => {
    const graph = new StateGraph(Said)
      .addNode('one', ({ said }) => ({ said: `${said} one` }))
      .addNode('two', ({ said }) => ({ said: `${said} two` }))
      .addEdge('__start__', 'one')
      .addEdge('one', 'two');
    const agent = durable(graph.compile({ interruptBefore: ['one', 'two'] }), { name: 'breakpoints' });
    const thread = onThread();
    await agent.invoke({ said: 'go' }, thread);
    expect(await agent.invoke(null as never, thread)).toMatchObject({ said: 'go one' });
    expect(await agent.resume(thread.configurable)).toEqual({ said: 'go one two' });
    expect(await executions.list({ flow: 'breakpoints' })).toHaveLength(3);
  });

  test('whose state somebody has changed begins with that state', async () => {
    const { agent, state } = fragile('changed');
    const thread = onThread();
    await expect(agent.invoke({ said: 'I say' }, { ...thread, id: 'changed-1' })).rejects.toThrow('broken');
    state.isBroken = false;
    await agent.updateState(thread, { said: 'I write' }, '__start__');
    expect(await agent.invoke(null as never, thread)).toEqual({ said: 'I write, answer 2' });
    expect(await executions.list({ flow: 'changed' })).toHaveLength(2);
  });

  test('that was streamed can be asked for by several at once, and as soon as its stream has ended', async () => {
    const { agent, model, state } = fragile('streamed');
    const config = { ...onThread(), id: 'streamed', streamMode: 'updates' };
    const read = async () => {
      const chunks: unknown[] = [];
      for await (const chunk of (await agent.stream({ said: 'I say' }, config)) as AsyncIterable<unknown>)
        chunks.push(chunk);
      return chunks;
    };
    await expect(read()).rejects.toThrow('broken');
    state.isBroken = false;
    const told = [{ node: { said: 'I say, answer 1' } }];
    expect(await Promise.all([read(), read()])).toEqual([told, told]);
    // What is behind a graph is not told again.
    expect(await read()).toEqual([]);
    expect(model.asked).toHaveLength(1);
  });

  test('of an entrypoint that has no checkpoint yet goes on with its execution', async () => {
    const model = new ScriptedModel((_, count) => ({ text: `answer ${count}` }));
    let isBroken = true;
    const body = async (question: string) => {
      const { content } = await model.invoke(question);
      if (isBroken) throw new Error('broken');
      return content;
    };
    const agent = durable(entrypoint('functional-thread', body), { name: 'functional-thread' });
    const thread = onThread();
    await expect(agent.invoke('question', { ...thread, durability: 'exit' })).rejects.toThrow('broken');
    isBroken = false;
    expect(await agent.invoke(null as never, thread)).toBe('answer 1');
    expect(model.asked).toHaveLength(1);
  });

  test('of another execution of the same thread is never mistaken for it', async () => {
    const { agent, model, state } = fragile('two-in-a-row');
    const thread = onThread();
    await expect(agent.invoke({ said: 'one' }, thread)).rejects.toThrow('broken');
    await expect(agent.invoke({ said: 'two' }, thread)).rejects.toThrow('broken');
    state.isBroken = false;
    expect(await agent.invoke(null as never, thread)).toEqual({ said: 'two, answer 2' });
    expect(model.asked).toHaveLength(2);
  });

  test('says what to do where there is nothing to go on with', async () => {
    const { agent } = asking('nothing');
    await expect(agent.resume({ thread_id: 'nowhere' })).rejects.toThrow("'nowhere' there is nothing");
    await expect(agent.resume({ thread_id: 'nowhere' }, { answers: { a: 1 } })).rejects.toThrow(
      'stands at no question',
    );
    await expect(agent.resume({} as never)).rejects.toSatisfy((error) => UsageError.isInstance(error));
    const chain = durable(new ScriptedModel(() => ({ text: '' })), { name: 'threadless' });
    await expect(chain.resume({ thread_id: 'a' })).rejects.toThrow('keeps no threads');
    await agent.invoke({ said: '' }, { id: 'of-nothing', ...onThread() });
    await expect(asking('somebody-else').agent.resume('of-nothing')).rejects.toThrow("belongs to 'nothing'");
    expect(await openNames('of-nothing')).toEqual(['interrupt']);
    expectTypeOf(agent.resume).parameter(0).toEqualTypeOf<string | { readonly thread_id: string }>();
  });
});
