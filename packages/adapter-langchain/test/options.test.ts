import { tool } from '@langchain/core/tools';
import { Annotation, MemorySaver, StateGraph } from '@langchain/langgraph';
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import { configure, executions, flow, Reprise, WaitingError, waits } from '@reprise/core';
import { memoryDriver } from '@reprise/core/store';
import { createAgent, humanInTheLoopMiddleware } from 'langchain';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { durable, durableTools, waitTool } from '../src/index.ts';
import { type Script, ScriptedModel } from './model.ts';

beforeAll(() => configure({ store: 'memory:' }));

const input = { messages: [{ role: 'user', content: 'go' }] };
const refunding: Script = (messages) =>
  messages.at(-1)?._getType() === 'tool'
    ? { text: String(messages.at(-1)?.content) }
    : { calls: [{ id: 'call_1', name: 'refund', args: { dollars: 30 } }] };
const lastOf = ({ messages }: { messages: { content: unknown }[] }) => messages.at(-1)?.content;

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
const newRefund = () =>
  tool(body, { name: 'refund', description: 'Gives money back.', schema: z.object({ dollars: z.number() }) });
const refund = newRefund();
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

  test('of tools on their own hold wherever they are called', async () => {
    fail = (run) => run < 3;
    const [own] = durableTools([newRefund()], { refund: { retry } });
    const work = flow('own-tools', async () => own.invoke({ dollars: 30 }));
    expect(await work()).toBe('30 dollars');
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

test('an engine of its own keeps the executions of an agent, and its waits', async () => {
  const reprise = new Reprise({ store: 'memory:' });
  const script: Script = (messages) =>
    messages.at(-1)?._getType() === 'tool'
      ? { text: `It is ${messages.at(-1)?.content}.` }
      : { calls: [{ id: 'call_1', name: 'approve', args: { question: 'Go on?' } }] };
  const tools = [waitTool({ name: 'approve', schema: z.boolean() })];
  const agent = durable(createAgent({ model: new ScriptedModel(script), tools }), { name: 'own engine', reprise });
  await expect(agent.invoke(input, { id: 'own-engine' })).rejects.toSatisfy((error) => WaitingError.isInstance(error));
  expect((await reprise.executions.get('own-engine')).status).toBe('waiting');
  await expect(executions.get('own-engine')).rejects.toThrow(/no execution/);
  expect(lastOf(await agent.resume('own-engine', { answers: { approve: true } }))).toBe('It is true.');
  await reprise.close();
});

test('what is no option is refused, and says what there is', () => {
  const agent = createAgent({ model: model(), tools: [refund] });
  const given = (options: object) => () => durable(agent, options);
  expect(given({ store: 'memory:' })).toThrow(
    /durable\(\) has no option 'store'. It takes: name, reprise, tools, budget/,
  );
  expect(given({ name: '' })).toThrow(/'name' of durable\(\) must be a string of 1 to/);
  expect(given({ reprise: {} })).toThrow(/must be an engine: new Reprise/);
  expect(given({ tools: { refnd: { effect: 'once' } } })).toThrow(/has no option 'refnd'. It takes: refund/);
  expect(given({ tools: { refund: { effect: 'twice' } } })).toThrow(/'effect' of tool 'refund' .* must be 'once'/);
  expect(given({ tools: { refund: { retry: { attempts: 0 } } } })).toThrow(/'attempts' of the retry policy of tool/);
  expect(() => durableTools([refund], { refnd: {} })).toThrow(/tools of durableTools\(\) has no option 'refnd'/);
});

describe('an approval of humanInTheLoopMiddleware', () => {
  const approving = (name: string) => {
    const asked = model();
    // The types of its options are of another zod.
    const middleware = [
      humanInTheLoopMiddleware({ interruptOn: { refund: { allowedDecisions: ['approve', 'reject'] } } } as never),
    ] as never;
    const checkpointer = new MemorySaver();
    const agent = durable(createAgent({ model: asked, tools: [refund], middleware, checkpointer }), { name });
    return {
      asked,
      agent,
      invoke: () => agent.invoke(input as never, { id: name, configurable: { thread_id: name } }),
    };
  };
  const question = /Tool execution requires approval.*refund/s;

  test.each([
    ['true', true, '30 dollars', 1],
    ['a denial', { approved: false, reason: 'too late' }, 'too late', 0],
    ['its own decisions', { decisions: [{ type: 'reject', message: 'too late' }] }, 'too late', 0],
  ])('is a wait that is answered with %s', async (kind, answer, said, times) => {
    const id = `answered with ${kind}`;
    const { asked, invoke, agent } = approving(id);
    const stopped = (await invoke()) as never as { __interrupt__: { value: { actionRequests: object[] } }[] };
    expect(stopped.__interrupt__[0]?.value.actionRequests).toMatchObject([{ name: 'refund', args: { dollars: 30 } }]);
    expect(await waits.list({ execution: id })).toMatchObject([
      { name: 'interrupt', question: expect.stringMatching(question) },
    ]);
    expect(lastOf((await agent.resume(id, { answers: { interrupt: answer } })) as never)).toBe(said);
    expect([runs, asked.asked.length]).toEqual([times, 2]);
  });

  test('stays open where the answer is none, and is denied where it is rejected', async () => {
    const { invoke, agent } = approving('refused');
    await invoke();
    const answer = (given: unknown) => waits.answer('refused', 'interrupt', given);
    await expect(answer('yes')).rejects.toThrow(/An approval is true, false, { approved, reason }/);
    await expect(answer({ decisions: [] })).rejects.toThrow(/a decision for each of 1 actions, and there are 0/);
    await expect(answer({ decisions: [{ type: 'edit' }] })).rejects.toThrow(/'edit' is not allowed for 'refund'/);
    await waits.reject('refused', 'interrupt', { reason: 'too late' });
    expect(lastOf((await agent.resume('refused')) as never)).toBe('too late');
  });
});
