import { describe, expect, test } from 'vitest';
import { checkpoint, type InDoubtAnswer, WaitingError } from '../../src/index.ts';
import { failure, never, type Process, processes, settled, waiting, waitNames } from '../processes.ts';

/** A flow that pays once, and whose first process dies while it pays. */
async function leftInDoubt() {
  const all = processes();
  let bodies = 0;
  let dies = true;
  const pay = checkpoint(
    'pay',
    async (amount: number) => {
      bodies++;
      if (dies) await never();
      return { paid: amount };
    },
    { effect: 'once' },
  );
  const define = ({ reprise }: Process) => reprise.flow('order', () => pay(5));
  const first = all.start();
  await define(first).start(undefined, { id: 'x' });
  await settled();
  first.kill();
  dies = false;

  const second = all.start();
  const order = define(second);
  const resume = async () => (await order.start(undefined, { id: 'x' })).result();
  const asked = await waiting(resume());
  const answer = (value: InDoubtAnswer) => second.reprise.waits.answer('x', 'pay in doubt', value, { by: 'ada' });
  return { all, second, asked, resume, answer, bodies: () => bodies, dieAgain: () => (dies = true) };
}

test('a call with effect once that nothing interrupts is made like any other', async () => {
  const { reprise, story } = processes().start();
  const pay = checkpoint('pay', async () => 'paid', { effect: 'once' });
  expect(await reprise.flow('order', () => pay())()).toBe('paid');
  expect(story).toEqual(['started', 'made pay', 'completed']);
});

test('its intent is stored before the body runs', async () => {
  const all = processes();
  const { reprise } = all.start();
  const looker = all.start().reprise;
  let seen: unknown;
  const pay = checkpoint(
    'pay',
    async () => {
      seen = (await looker.executions.get('x')).journal.map(({ name, status }) => [name, status]);
    },
    { effect: 'once' },
  );
  await (await reprise.flow('order', () => pay()).start(undefined, { id: 'x' })).result();
  expect(seen).toEqual([['pay', 'begun']]);
});

describe('after a crash in its body', () => {
  test('it is not made again: a person is asked what is to be done', async () => {
    const { asked, bodies } = await leftInDoubt();
    const [wait] = asked.waits;
    expect(wait).toMatchObject({ execution: 'x', name: 'pay in doubt', schema: { required: ['outcome'] } });
    expect(wait?.question).toMatch(/'pay' had begun when the process ended, and it may have happened/);
    expect(bodies()).toBe(1);
  });

  test("the answer 'done' gives its value, and the body is not run", async () => {
    const { answer, resume, bodies, second } = await leftInDoubt();
    await answer({ outcome: 'done', value: { paid: 5 } });
    expect(await resume()).toEqual({ paid: 5 });
    expect(bodies()).toBe(1);
    const { journal } = await second.reprise.executions.get('x');
    expect(journal.map(({ name, status, by }) => [name, status, by])).toEqual([
      ['pay', 'completed', undefined],
      ['pay in doubt', 'completed', 'ada'],
    ]);
  });

  test("the answer 'again' makes it once more", async () => {
    const { answer, resume, bodies } = await leftInDoubt();
    await answer({ outcome: 'again' });
    expect(await resume()).toEqual({ paid: 5 });
    expect(bodies()).toBe(2);
  });

  test("the answer 'fail' throws the reason into the flow", async () => {
    const { answer, resume, bodies } = await leftInDoubt();
    await answer({ outcome: 'fail', reason: 'the bank says no' });
    await expect(resume()).rejects.toThrow('the bank says no');
    expect(bodies()).toBe(1);
  });

  test('any other answer is refused, and says which ones there are', async () => {
    const { second, bodies } = await leftInDoubt();
    const error = await failure(second.reprise.waits.answer('x', 'pay in doubt', 'yes'));
    expect(error).toMatchObject({
      code: 'REPRISE_ANSWER_REFUSED',
      message: expect.stringMatching(/'done'.*'again'.*'fail'/),
    });
    expect(bodies()).toBe(1);
  });

  test('any other answer from elsewhere is refused when the execution goes on', async () => {
    const { all, resume, bodies } = await leftInDoubt();
    await all.start().reprise.waits.answer('x', 'pay in doubt', 'yes');
    const { waits } = await waiting(resume());
    expect(waits).toMatchObject([{ name: 'pay in doubt', refused: expect.stringMatching(/'done'.*'again'.*'fail'/) }]);
    expect(bodies()).toBe(1);
  });

  test('a second crash in it is a second question', async () => {
    const { all, answer, second, bodies, dieAgain, resume } = await leftInDoubt();
    await answer({ outcome: 'again' });
    dieAgain();
    void resume().catch(() => {});
    await settled();
    second.kill();
    expect(bodies()).toBe(2);

    const third = all.start();
    const pay = checkpoint('pay', async (_: number) => 'never called', { effect: 'once' });
    const order = third.reprise.flow('order', () => pay(5));
    expect(await waitNames((await order.start(undefined, { id: 'x' })).result())).toEqual(['pay in doubt#2']);
    expect(bodies()).toBe(2);
  });

  test('the question does not hold up what does not depend on the answer', async () => {
    const all = processes();
    const made: string[] = [];
    const define = ({ reprise }: Process, dies: boolean) => {
      const pay = checkpoint('pay', async () => (dies ? never() : 'paid'), { effect: 'once' });
      const pack = checkpoint('pack', async () => made.push('pack'));
      return reprise.flow('order', () => Promise.all([pay(), pack()]));
    };
    const first = all.start();
    await define(first, true).start(undefined, { id: 'x' });
    await settled();
    first.kill();
    made.length = 0;
    const second = all.start();
    await expect((await define(second, false).start(undefined, { id: 'x' })).result()).rejects.toThrow(WaitingError);
    expect(second.story).toContain('served pack');
    expect(made).toEqual([]);
  });
});

test('a failure is an outcome, and no doubt: the call is made again without a question', async () => {
  const { reprise } = processes().start();
  let bodies = 0;
  const pay = checkpoint(
    'pay',
    async () => {
      if (++bodies === 1) throw new Error('card declined');
      return 'paid';
    },
    { effect: 'once' },
  );
  const order = reprise.flow('order', () => pay());
  await expect((await order.start(undefined, { id: 'x' })).result()).rejects.toThrow('card declined');
  expect(await (await order.start(undefined, { id: 'x' })).result()).toBe('paid');
});

test('a crash after such a failure, in the body that is made again, is a doubt', async () => {
  const all = processes();
  let bodies = 0;
  const pay = checkpoint(
    'pay',
    async () => {
      if (++bodies === 1) throw new Error('card declined');
      await never();
    },
    { effect: 'once' },
  );
  const define = ({ reprise }: Process) => reprise.flow('order', () => pay());
  const first = all.start();
  const order = define(first);
  await expect((await order.start(undefined, { id: 'x' })).result()).rejects.toThrow('card declined');
  await order.start(undefined, { id: 'x' });
  await settled();
  first.kill();
  const handle = await define(all.start()).start(undefined, { id: 'x' });
  await expect(handle.result()).rejects.toThrow(/pay in doubt/);
  expect(bodies).toBe(2);
});

test('a crash in a call that is made again because its input changed is a doubt', async () => {
  const all = processes();
  const made: number[] = [];
  let amount = 5;
  let dies = false;
  const pay = checkpoint(
    'pay',
    async (n: number) => {
      made.push(n);
      if (dies) await never();
    },
    { effect: 'once' },
  );
  const define = ({ reprise }: Process) =>
    reprise.flow(
      'order',
      async () => {
        await pay(amount);
        if (amount === 5) throw new Error('stop');
      },
      { onDrift: 'rerun' },
    );
  await expect((await define(all.start()).start(undefined, { id: 'x' })).result()).rejects.toThrow('stop');
  amount = 6;
  dies = true;
  const second = all.start();
  await define(second).start(undefined, { id: 'x' });
  await all.pass(10_000);
  second.kill();
  expect(made).toEqual([5, 6]);
  const handle = await define(all.start()).start(undefined, { id: 'x' });
  await expect(handle.result()).rejects.toThrow(/pay in doubt/);
  expect(made).toEqual([5, 6]);
});
