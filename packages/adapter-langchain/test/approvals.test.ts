import { MemorySaver } from '@langchain/langgraph';
import { configure, waits } from '@reprise/core';
import { createAgent, humanInTheLoopMiddleware } from 'langchain';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { durable } from '../src/index.ts';
import { ScriptedModel } from './model.ts';
import { lastOf, newRefund, refunding, say } from './setting.ts';

beforeAll(() => configure({ store: 'memory:' }));

const input = say('go');

let runs: number;
beforeEach(() => {
  runs = 0;
});

const refund = newRefund(async ({ dollars }) => {
  runs++;
  return `${dollars} dollars`;
});
const model = () => new ScriptedModel(refunding);

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
