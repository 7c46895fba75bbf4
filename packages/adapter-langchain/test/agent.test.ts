import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AIMessage, AIMessageChunk, HumanMessage, ToolMessage } from '@langchain/core/messages';
import { StringOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { tool } from '@langchain/core/tools';
import {
  Annotation,
  Command,
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  Send,
  StateGraph,
} from '@langchain/langgraph';
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import { CancelledError, configure, executions, flow, InputMismatchError, WaitingError, waits } from '@reprise/core';
import { createAgent } from 'langchain';
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { values } from '../src/data/values.ts';
import { durable, durableModel, waitTool } from '../src/index.ts';
import { type Script, ScriptedModel } from './model.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprise-langchain-'));
  configure({ store: `sqlite:${join(folder, 'journal.db')}`, poll: 20 });
});

afterAll(() => rmSync(folder, { recursive: true }));

let ids = 0;
const newId = () => `execution-${++ids}`;
const say = (content: string) => ({ messages: [{ role: 'user', content }] });
const lastOf = ({ messages }: { messages: { content: unknown }[] }) => messages.at(-1)?.content;

function searching(onRun: (query: string) => unknown = (query) => `found ${query}`) {
  const runs: string[] = [];
  const search = tool(
    async ({ query }: { query: string }) => {
      runs.push(query);
      return onRun(query);
    },
    { name: 'search', description: 'Searches.', schema: z.object({ query: z.string() }) },
  );
  return { search, runs };
}

const twoTurns: Script = (messages) =>
  messages.at(-1)?._getType() === 'tool'
    ? { text: `It is ${messages.at(-1)?.content}.` }
    : { calls: [{ id: 'call_1', name: 'search', args: { query: 'otters' } }] };

describe('an agent outside of a flow', () => {
  test('is an execution of its own, and asked again it makes no call', async () => {
    const model = new ScriptedModel(twoTurns);
    const { search, runs } = searching();
    const id = newId();
    for (let run = 0; run < 2; run++) {
      const agent = durable(createAgent({ model, tools: [search] }));
      const result = await agent.invoke(say('otters?'), { id });
      expect(lastOf(result)).toBe('It is found otters.');
      expect(result.execution.id).toBe(id);
      expect(await result.execution.ended).toEqual({ status: 'completed' });
    }
    expect([model.asked.length, runs]).toEqual([2, ['otters']]);
    await expect(durable(createAgent({ model, tools: [search] })).invoke(say('seals?'), { id })).rejects.toSatisfy(
      (error) => InputMismatchError.isInstance(error),
    );
  });

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

  test('records its model and what it used', async () => {
    const agent = durable(createAgent({ model: new ScriptedModel(twoTurns), tools: [searching().search] }));
    const id = newId();
    await agent.invoke(say('otters?'), { id });
    const { journal } = await executions.get(id);
    expect(journal.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'llm chat-model',
      'tool search',
      'llm chat-model',
    ]);
    expect(journal[0]?.usage).toMatchObject({ model: 'scripted', input_tokens: 10, output_tokens: 5 });
  });

  test('that was cancelled says so, whichever way it is asked again', async () => {
    const model = new ScriptedModel(() => ({ calls: [{ id: 'call_1', name: 'ask', args: { question: 'Sure?' } }] }));
    const agent = durable(createAgent({ model, tools: [waitTool({ name: 'ask' })] }));
    const id = newId();
    await expect(agent.invoke(say('go'), { id })).rejects.toSatisfy((error) => WaitingError.isInstance(error));
    await executions.cancel(id);
    const isCancelled = (error: unknown) => CancelledError.isInstance(error);
    await expect(agent.invoke(say('go'), { id })).rejects.toSatisfy(isCancelled);
    await expect(agent.stream(say('go'), { id })).rejects.toSatisfy(isCancelled);
    await expect(agent.resume(id)).rejects.toSatisfy(isCancelled);
  });

  test('keeps its types', () => {
    const agent = durable(createReactAgent({ llm: new ScriptedModel(twoTurns), tools: [] }));
    expectTypeOf(agent.withExecution('a').invoke).toEqualTypeOf(agent.invoke);
    expectTypeOf(agent.getState).toBeFunction();
  });

  test('takes many inputs as executions with names of their own', async () => {
    const model = new ScriptedModel((messages) => ({ text: `re ${messages.at(-1)?.content}` }));
    const chain = durable(ChatPromptTemplate.fromTemplate('{q}').pipe(model).pipe(new StringOutputParser()));
    const id = newId();
    for (let run = 0; run < 2; run++) {
      expect(await chain.batch([{ q: 'a' }, { q: 'b' }], { id } as never)).toEqual(['re a', 're b']);
    }
    expect(model.asked).toHaveLength(2);
    expect((await executions.get(`${id}.2`)).status).toBe('completed');
  });
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

describe('what fails', () => {
  test('once more over a bad answer that was recorded is asked afresh, and served from then on', async () => {
    const model = new ScriptedModel((_, count) => ({ text: count === 1 ? 'nonsense' : '{"n":1}' }));
    const State = Annotation.Root({ n: Annotation<number>() });
    const parse = async () => JSON.parse(String((await model.invoke('json')).content)) as { n: number };
    const agent = durable(new StateGraph(State).addNode('parse', parse).addEdge('__start__', 'parse').compile());
    const id = newId();
    await expect(agent.invoke({ n: 0 }, { id })).rejects.toThrow(/JSON/);
    for (let run = 0; run < 2; run++) expect((await agent.invoke({ n: 0 }, { id })).n).toBe(1);
    expect(model.asked).toHaveLength(2);
  });

  test('is tried again by the policy of its node with new answers', async () => {
    const model = new ScriptedModel((_, count) => ({ text: count === 1 ? 'nonsense' : '{"n":1}' }));
    const State = Annotation.Root({ n: Annotation<number>() });
    const parse = async () => JSON.parse(String((await model.invoke('json')).content)) as { n: number };
    const retryPolicy = { maxAttempts: 3, initialInterval: 1, jitter: false, logWarning: false, retryOn: () => true };
    const graph = new StateGraph(State).addNode('parse', parse, { retryPolicy }).addEdge('__start__', 'parse');
    const agent = durable(graph.compile());
    const id = newId();
    for (let run = 0; run < 2; run++) expect((await agent.invoke({ n: 0 }, { id })).n).toBe(1);
    expect(model.asked).toHaveLength(2);
  });

  test('and was replaced by a fallback is not asked again', async () => {
    const primary = new ScriptedModel(() => {
      throw new Error('busy');
    });
    const fallback = new ScriptedModel(() => ({ text: 'from the fallback' }));
    const chain = durable(primary.withFallbacks([fallback]).pipe(new StringOutputParser()));
    const id = newId();
    for (let run = 0; run < 2; run++) expect(await chain.invoke('hi', { id })).toBe('from the fallback');
    expect([primary.asked.length, fallback.asked.length]).toEqual([1, 1]);
  });

  test('of tools is the same error again', async () => {
    const model = new ScriptedModel(twoTurns);
    const { search, runs } = searching(() => {
      throw new Error('no net');
    });
    const agent = durable(createReactAgent({ llm: model, tools: [search] }));
    const id = newId();
    for (let run = 0; run < 2; run++) expect(lastOf(await agent.invoke(say('go'), { id }))).toContain('no net');
    expect([model.asked.length, runs.length]).toEqual([2, 1]);
  });
});

describe('parallel branches', () => {
  test('of equal prompts each get their own answer again', async () => {
    const model = new ScriptedModel(async (_, count) => {
      await new Promise((resolve) => setTimeout(resolve, 5 * (4 - count)));
      return { text: `answer ${count}` };
    });
    const State = Annotation.Root({ said: Annotation<string>() });
    const node = async () => {
      const said = await Promise.all([1, 2, 3].map(() => model.invoke('the same')));
      return { said: said.map(({ content }) => content).join(', ') };
    };
    const agent = durable(new StateGraph(State).addNode('node', node).addEdge('__start__', 'node').compile());
    const id = newId();
    for (let run = 0; run < 2; run++) {
      expect((await agent.invoke({ said: '' }, { id })).said).toBe('answer 1, answer 2, answer 3');
    }
    expect(model.asked).toHaveLength(3);
  });

  test('made by Send, with agents of their own, are told again', async () => {
    const model = new ScriptedModel(twoTurns);
    const { search, runs } = searching();
    const sub = createReactAgent({ llm: model, tools: [search] });
    const State = Annotation.Root({
      said: Annotation<string[]>({ reducer: (a, b) => [...a, ...b], default: () => [] }),
    });
    const graph = new StateGraph(State)
      .addNode('start', () => ({}))
      .addNode('one', async () => {
        const results = [await sub.invoke(say('a') as never), await sub.invoke(say('b') as never)];
        return { said: results.map((result) => String(lastOf(result as never))) };
      })
      .addEdge('__start__', 'start')
      .addConditionalEdges('start', () => [1, 2].map((n) => new Send('one', { n })), ['one']);
    const agent = durable(graph.compile());
    const id = newId();
    for (let run = 0; run < 2; run++) {
      expect((await agent.invoke({ said: [] }, { id })).said).toEqual(Array(4).fill('It is found otters.'));
    }
    expect([model.asked.length, runs.length]).toEqual([8, 4]);
  });
});

describe('a thread', () => {
  test('has each turn once, however often its execution is asked for', async () => {
    const model = new ScriptedModel((messages) => ({ text: `${messages.length} messages` }));
    const agent = durable(createAgent({ model, tools: [], checkpointer: new MemorySaver() }));
    const id = newId();
    const configurable = { thread_id: id };
    expect(lastOf(await agent.invoke(say('one'), { id: `${id}-1`, configurable }))).toBe('1 messages');
    expect(lastOf(await agent.invoke(say('two'), { id: `${id}-2`, configurable }))).toBe('3 messages');
    expect(lastOf(await agent.invoke(say('one'), { id: `${id}-1`, configurable }))).toBe('1 messages');
    expect(lastOf(await agent.invoke(say('three'), { id: `${id}-3`, configurable }))).toBe('5 messages');
    expect(model.asked).toHaveLength(3);
  });

  test('whose turn has failed goes on from its own state', async () => {
    let isBroken = true;
    const model = new ScriptedModel(() => ({ text: 'hello' }));
    const graph = new StateGraph(MessagesAnnotation)
      .addNode('model', async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
      .addNode('fragile', () => {
        if (isBroken) throw new Error('broken');
        return {};
      })
      .addEdge('__start__', 'model')
      .addEdge('model', 'fragile');
    const agent = durable(graph.compile({ checkpointer: new MemorySaver() }));
    const id = newId();
    const config = { id, configurable: { thread_id: id } };
    await expect(agent.invoke(say('hi'), config)).rejects.toThrow('broken');
    isBroken = false;
    expect((await agent.invoke(say('hi'), config)).messages).toHaveLength(2);
    expect(model.asked).toHaveLength(1);
  });
});

test('in a flow an agent is a part of its execution, and a plain model is recorded, too', async () => {
  const model = durableModel(new ScriptedModel(twoTurns));
  const { search } = searching();
  const agent = durable(createAgent({ model, tools: [search] }));
  let isBroken = true;
  const work = flow('work', async () => {
    const { messages } = await agent.invoke(say('a'));
    const { tool_calls } = (await model.invoke('b')) as AIMessage;
    if (isBroken) throw new Error('broken');
    return `${messages.at(-1)?.content} ${tool_calls?.[0]?.name}`;
  });
  const id = newId();
  await expect((await work.start(undefined, { id })).result()).rejects.toThrow('broken');
  isBroken = false;
  expect(await (await work.start(undefined, { id })).result()).toBe('It is found otters. search');
  expect(model.asked).toHaveLength(3);
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

test('messages, commands and sends come back as they were', () => {
  const tool_calls = [{ id: 'a', name: 'b', args: { c: 1 }, type: 'tool_call' as const }];
  const usage_metadata = { input_tokens: 1, output_tokens: 2, total_tokens: 3 };
  for (const message of [
    new HumanMessage({ content: [{ type: 'text', text: 'hi' }], id: '1', name: 'me' }),
    new AIMessage({ content: 'x', tool_calls, usage_metadata, response_metadata: { model_name: 'm' } } as never),
    new AIMessageChunk({ content: 'x', tool_call_chunks: [{ index: 0, args: '{"a', name: 'b', id: 'c' }] } as never),
    new ToolMessage({ content: 'x', tool_call_id: 'a', artifact: { b: new Date(1) }, status: 'error' } as never),
  ]) {
    const revived = values.decode(values.encode(message));
    expect(revived).toEqual(message);
    expect((revived as object).constructor).toBe(message.constructor);
  }
  const command = new Command({ graph: Command.PARENT, goto: [new Send('n', { a: 1 })], update: { b: [1] } });
  expect(values.decode(values.encode(command))).toEqual(command);
});
