import type { AIMessage } from '@langchain/core/messages';
import { StringOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { Annotation, MemorySaver, MessagesAnnotation, Send, StateGraph } from '@langchain/langgraph';
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import { CancelledError, executions, flow, InputMismatchError, WaitingError } from '@reprise/core';
import { createAgent } from 'langchain';
import { describe, expect, test } from 'vitest';
import { durable, durableModel, waitTool } from '../src/index.ts';
import { ScriptedModel } from './model.ts';
import { lastOf, newId, recordInFolder, say, searching, twoTurns } from './setting.ts';

recordInFolder();

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

describe('what is composed of a durable chain', () => {
  const prompt = ChatPromptTemplate.fromTemplate('{q}');
  type Named = { invoke(input: object, config: { id: string }): Promise<unknown> };

  test('with pipe is durable, and not taken for the chain alone', async () => {
    const model = new ScriptedModel(() => ({ text: 'fine' }));
    const chain = durable(prompt.pipe(model), { name: 'composed' });
    const whole = chain.pipe(new StringOutputParser()).pipe((text: string) => text.toUpperCase()) as unknown as Named;
    const id = newId();
    for (let run = 0; run < 2; run++) expect(await whole.invoke({ q: 'a' }, { id })).toBe('FINE');
    expect(model.asked).toHaveLength(1);
    expect((await executions.get(id)).flow).toBe('composed.pipe.pipe');
    await expect(chain.invoke({ q: 'a' }, { id })).rejects.toThrow(/another flow|belongs to/);
  });

  test('with withRetry or withFallbacks is durable', async () => {
    const fails = new ScriptedModel((_, count) => {
      if (count === 1) throw new Error('busy');
      return { text: 'at last' };
    });
    const retried = durable(prompt.pipe(fails)).withRetry({ stopAfterAttempt: 2 }) as unknown as Named;
    const never = new ScriptedModel(() => {
      throw new Error('gone');
    });
    const other = new ScriptedModel(() => ({ text: 'from the other' }));
    const replaced = durable(prompt.pipe(never)).withFallbacks([prompt.pipe(other)]) as unknown as Named;
    const [one, two] = [newId(), newId()];
    for (let run = 0; run < 2; run++) {
      expect(await retried.invoke({ q: 'a' }, { id: one })).toMatchObject({ content: 'at last' });
      expect(await replaced.invoke({ q: 'a' }, { id: two })).toMatchObject({ content: 'from the other' });
    }
    expect([fails, never, other].map(({ asked }) => asked.length)).toEqual([2, 1, 1]);
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
