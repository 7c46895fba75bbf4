import { AIMessage } from '@langchain/core/messages';
import { RunnableLambda } from '@langchain/core/runnables';
import { tool } from '@langchain/core/tools';
import { Annotation, entrypoint, MessagesAnnotation, StateGraph } from '@langchain/langgraph';
import { configure, UsageError } from '@reprise/core';
import { memoryDriver } from '@reprise/core/store';
import { createAgent } from 'langchain';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { durable, durableModel, durableTools, KeyvSaver, waitTool } from '../src/index.ts';
import { type Script, ScriptedModel } from './model.ts';

// Whoever opened this would fail.
beforeAll(() => configure({ store: 'nowhere:' }));
beforeEach(() => vi.stubEnv('REPRISE', 'off'));
afterEach(() => vi.unstubAllEnvs());

const say = (content: string) => ({ messages: [{ role: 'user', content }] });
const contents = ({ messages }: { messages: { content: unknown }[] }) => messages.map(({ content }) => content);

const search = tool(async ({ query }: { query: string }) => `found ${query}`, {
  name: 'search',
  description: 'Searches.',
  schema: z.object({ query: z.string() }),
});

/** Uses a tool once, and says what came of it. */
const once =
  (name: string, args: Record<string, unknown>): Script =>
  (messages) =>
    messages.at(-1)?._getType() === 'tool'
      ? { text: String(messages.at(-1)?.content) }
      : { calls: [{ id: 'call_1', name, args }] };

const newAgent = () => createAgent({ model: new ScriptedModel(once('search', { query: 'otters' })), tools: [search] });

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const parts: T[] = [];
  for await (const part of source) parts.push(part);
  return parts;
}

test('an agent gives what it gives without Reprise, and nothing is stored', async () => {
  const [agent, plain] = [durable(newAgent(), { name: 'poor', budget: { usd: 0 } }), newAgent()];
  const result = await agent.invoke(say('otters?'));
  expect(contents(result)).toEqual(contents(await plain.invoke(say('otters?'))));
  expect('execution' in result).toBe(false);
  const streamed = async (of: typeof plain) => {
    const told = await all(await of.stream(say('otters?'), { streamMode: 'values' }));
    return told.map((state) => contents(state));
  };
  expect(await streamed(agent as never)).toEqual(await streamed(plain));
  const events = async (of: typeof plain) => {
    const told = await all(of.streamEvents(say('otters?'), { version: 'v2' }));
    return told.map(({ event, name }) => ({ event, name }));
  };
  expect(await events(agent as never)).toEqual(await events(plain));
  vi.stubEnv('REPRISE', 'on');
  await expect(agent.invoke(say('otters?'))).rejects.toThrow('nowhere:');
});

test('an id is not shown to the framework, and the result tells it', async () => {
  const seen: unknown[] = [];
  const chain = durable(
    RunnableLambda.from((topic: string, config) => {
      seen.push('id' in config, config.tags);
      return { topic };
    }),
  );
  const result = await chain.invoke('otters', { id: 'x', tags: ['t'] } as never);
  expect(result).toEqual({ topic: 'otters' });
  expect(Reflect.get(result, 'execution')).toMatchObject({ id: 'x' });
  expect(await Reflect.get(result, 'execution').ended).toEqual({ status: 'completed' });
  const stream = await durable(newAgent()).withExecution('y').stream(say('otters?'));
  expect(Reflect.get(stream, 'execution')).toMatchObject({ id: 'y' });
  expect(await all(stream)).not.toEqual([]);

  const both = await chain.batch(['owls', 'bears'], { id: 'z', tags: ['t'] } as never);
  expect(both).toEqual([{ topic: 'owls' }, { topic: 'bears' }]);
  expect(seen).toEqual([false, ['t'], false, ['t'], false, ['t']]);
});

test('a tool is run as it is, each time, without its policies', async () => {
  let runs = 0;
  const failing = tool(
    async () => {
      throw new Error(`run ${++runs}`);
    },
    { name: 'failing', description: 'Fails.', schema: z.object({}) },
  );
  const retry = { attempts: 3, backoff: 0 };
  const [own] = durableTools([failing], { failing: { retry } });
  for (const run of ['run 1', 'run 2']) await expect(own.invoke({})).rejects.toThrow(run);
  runs = 0;
  const model = new ScriptedModel(once('failing', {}));
  const agent = durable(createAgent({ model, tools: [failing] }), { tools: { failing: { retry } } });
  expect(contents(await agent.invoke(say('go'))).at(-1)).toMatch('run 1');
  expect(runs).toBe(1);
});

test('a question to a person fails as a tool does, and says why', async () => {
  const ask = waitTool({ name: 'approve' });
  const refusal = /REPRISE=off is set, so there is nobody who could answer wait 'approve'\. /;
  const error = await ask.invoke({ question: 'Sure?' }).catch((refused) => refused);
  expect(error).toBeInstanceOf(UsageError);
  expect(error.message).toMatch(refusal);
  const model = new ScriptedModel(once('approve', { question: 'Sure?' }));
  const result = await durable(createAgent({ model, tools: [ask] })).invoke(say('go'));
  expect(contents(result).at(-1)).toMatch(refusal);
});

test('an agent does not go on with an execution', async () => {
  const agent = durable(newAgent(), { name: 'scout' });
  for (const of of ['x', { thread_id: 't' }]) {
    const error = await agent.resume(of).catch((refused) => refused);
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(/^REPRISE=off is set, so agent 'scout' has no execution that could go on\. /);
  }
});

test('graphs, entrypoints and models give what they give without Reprise', async () => {
  const model = durableModel(new ScriptedModel((_, count) => ({ text: `answer ${count}` })));
  const State = Annotation.Root({ said: Annotation<string>() });
  const node = async ({ said }: { said: string }) => ({ said: `${said}, ${(await model.invoke('q')).content}` });
  const graph = durable(new StateGraph(State).addNode('node', node).addEdge('__start__', 'node').compile());
  expect(await graph.invoke({ said: 'hello' })).toEqual({ said: 'hello, answer 1' });
  const point = durable(entrypoint('point', async (topic: string) => `on ${topic}`));
  expect(await point.invoke('otters')).toBe('on otters');
  expect(await model.invoke('q')).toBeInstanceOf(AIMessage);
});

describe('a thread', () => {
  const counting = () =>
    new StateGraph(MessagesAnnotation)
      .addNode('model', async ({ messages }) => ({ messages: [new AIMessage(`${messages.length} messages`)] }))
      .addEdge('__start__', 'model');
  const config = { configurable: { thread_id: 't' } };

  test('is kept by the checkpointer that the graph was given', async () => {
    const agent = durable(counting().compile({ checkpointer: new KeyvSaver({ store: memoryDriver() }) }));
    await agent.invoke(say('hello'), config);
    expect(contents(await agent.invoke(say('again'), config))).toEqual(['hello', '1 messages', 'again', '3 messages']);
    expect((await agent.getState(config)).values.messages).toHaveLength(4);
  });

  test('is not kept where the graph has none, as without Reprise', async () => {
    const [agent, plain] = [durable(counting().compile()), counting().compile()];
    await agent.invoke(say('hello'), config);
    expect(contents(await agent.invoke(say('again'), config))).toEqual(['again', '1 messages']);
    const refusal = await plain.getState(config).catch((error) => error.message);
    await expect(agent.getState(config)).rejects.toThrow(refusal);
  });
});
