import { tool } from '@langchain/core/tools';
import { Annotation, StateGraph } from '@langchain/langgraph';
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import { configure, flow, Reprise, WaitingError } from '@reprise/core';
import { memoryDriver } from '@reprise/core/store';
import { createAgent } from 'langchain';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { durable, durableTools } from '../src/index.ts';
import { ScriptedModel } from './model.ts';
import { lastOf, newRefund, refunding, say } from './setting.ts';

beforeAll(() => configure({ store: 'memory:' }));

const input = say('go');

let runs: number;
let fail: (run: number) => boolean;
beforeEach(() => {
  runs = 0;
  fail = () => false;
});

const body = async ({ dollars }: { dollars: number }) => {
  if (fail(++runs)) throw new Error('busy');
  return `${dollars} dollars`;
};
const refund = newRefund(body);
const model = () => new ScriptedModel(refunding);
const retry = { attempts: 3, backoff: 1 };

/** Ways to have an agent with the tool. */
const AGENTS = {
  createAgent: () => createAgent({ model: model(), tools: [refund] }) as never,
  createReactAgent: () => createReactAgent({ llm: model(), tools: [refund] }) as never,
  'a graph with an agent in it': () =>
    new StateGraph(Annotation.Root({ messages: Annotation<{ content: unknown }[]>() }))
      .addNode('agent', createReactAgent({ llm: model(), tools: [refund] }) as never)
      .addEdge('__start__', 'agent')
      .compile() as never,
};
type Agent = ReturnType<typeof createReactAgent>;

test.each(['createAgent', 'createReactAgent'] as const)(
  'a call that its server has given no id is recorded, in %s',
  async (which) => {
    const calls = [{ id: null as never, name: 'refund', args: { dollars: 30 } }];
    let stops = true;
    const model = new ScriptedModel((messages) => {
      const last = messages.at(-1);
      if (last?._getType() !== 'tool') return { calls };
      if (stops) throw new Error('stop');
      return { text: String(last.content) };
    });
    const made =
      which === 'createAgent'
        ? createAgent({ model, tools: [refund] })
        : createReactAgent({ llm: model, tools: [refund] });
    const agent = durable(made as Agent, { name: crypto.randomUUID() });
    const id = `no id, ${which}`;
    await expect(agent.invoke(input, { id })).rejects.toThrow('stop');
    stops = false;
    expect(lastOf(await agent.invoke(input, { id }))).toBe('30 dollars');
    expect(runs).toBe(1);
  },
);

describe('policies for tools', () => {
  test.each(Object.entries(AGENTS))('hold for those of %s', async (_name, make) => {
    fail = (run) => run < 3;
    const agent = durable(make() as Agent, { name: crypto.randomUUID(), tools: { refund: { retry } } });
    for (let run = 0; run < 2; run++) expect(lastOf(await agent.invoke(input, { id: _name }))).toBe('30 dollars');
    expect(runs).toBe(3);
  });

  test.each(['invoke', 'stream'] as const)('of an agent in another hold for its own tools, with %s', async (method) => {
    fail = (run) => run < 3;
    const inner = durable(AGENTS.createAgent() as Agent, { name: 'inner', tools: { refund: { retry } } });
    const State = Annotation.Root({ said: Annotation<unknown>() });
    const node = async () => {
      if (method === 'invoke') return { said: lastOf(await inner.invoke(input)) };
      let said: unknown;
      for await (const state of await inner.stream(input, { streamMode: 'values' })) said = lastOf(state as never);
      return { said };
    };
    const agent = durable(new StateGraph(State).addNode('node', node).addEdge('__start__', 'node').compile());
    expect((await agent.invoke({ said: '' }, { id: `in another, ${method}` })).said).toBe('30 dollars');
    expect(runs).toBe(3);
  });

  test('ask a person about a tool with an effect that may have happened when its process died', async () => {
    const store = memoryDriver();
    const crashed = new Reprise({ store });
    const never = Promise.withResolvers<never>();
    const begun = Promise.withResolvers<void>();
    const stuck = tool(
      () => {
        begun.resolve();
        return never.promise;
      },
      { name: 'refund', description: 'Gives money back.', schema: z.object({ dollars: z.number() }) },
    );
    const asked = model();
    const make = (reprise: Reprise, one: typeof refund) =>
      durable(createAgent({ model: asked, tools: [one] }), {
        name: 'once',
        reprise,
        tools: { refund: { effect: 'once' } },
      });
    const first = make(crashed, stuck as never).invoke(input, { id: 'x' });
    first.catch(() => {});
    await begun.promise;

    const reprise = new Reprise({ store });
    const handle = await reprise.executions.get('x');
    expect(handle.status).toBe('running');
    const agent = make(reprise, refund);
    await reprise.executions
      .resume('x', { takeover: true })
      .then((one) => expect(one.result()).rejects.toSatisfy((error) => WaitingError.isInstance(error)));
    expect(runs).toBe(0);
    const [open] = await reprise.waits.list({ execution: 'x' });
    expect(open?.name).toBe('refund in doubt');
    await reprise.waits.answer('x', 'refund in doubt', { outcome: 'done', value: '30 dollars, by hand' });
    expect(lastOf(await agent.invoke(input, { id: 'x' }))).toBe('30 dollars, by hand');
    expect([runs, asked.asked.length]).toEqual([0, 2]);
    await reprise.close();
  });
});

test('durableTools records tools where the loop is your own', async () => {
  const [own] = durableTools([newRefund(body)]);
  let attempt = 0;
  const work = flow('own-loop', async () => {
    const paid = await own.invoke({ dollars: 30 });
    if (++attempt === 1) throw new Error('away');
    return paid;
  });
  const run = async () => (await work.start(undefined, { id: 'own-loop' })).result();
  await expect(run()).rejects.toThrow('away');
  expect(await run()).toBe('30 dollars');
  expect(runs).toBe(1);
});

test('durableTools takes policies, and none for a tool that there is not', async () => {
  fail = (run) => run < 3;
  const [own] = durableTools([newRefund(body)], { refund: { retry } });
  const work = flow('own-tools', async () => own.invoke({ dollars: 30 }));
  expect(await work()).toBe('30 dollars');
  expect(runs).toBe(3);
  expect(() => durableTools([refund], { refnd: {} })).toThrow(
    /tools of durableTools\(\) has no option 'refnd'. It takes: refund/,
  );
});
