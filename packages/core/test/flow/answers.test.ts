import { describe, expect, test } from 'vitest';
import { checkpoint, NotFoundError, StateError, sleep, WaitingError, wait } from '../../src/index.ts';
import { failure, gate, longerThanGrace, type Process, processes, settled, waiting } from '../processes.ts';

/** A flow that stands at a wait, in a process that is still there. */
async function asked(options?: Parameters<typeof wait>[1]) {
  const all = processes();
  const process = all.start();
  const ask = process.reprise.flow('ask', () => wait('approve', options));
  const run = async () => (await ask.start(undefined, { id: 'x' })).result();
  await waiting(run());
  await settled();
  return { all, ...process, run };
}

test('the first answer counts; a second one is told so', async () => {
  const { reprise, run } = await asked();
  await reprise.waits.answer('x', 'approve', 'first');
  const error = await failure(reprise.waits.answer('x', 'approve', 'second'));
  expect(error).toBeInstanceOf(StateError);
  expect(error.message).toMatch(/'approve' of execution x has been answered; the first answer counts/);
  expect(await run()).toBe('first');
});

test('of many answers at once, from several processes, one counts', async () => {
  const { all, run } = await asked();
  const answers = Array.from({ length: 10 }, (_, i) => all.start().reprise.waits.answer('x', 'approve', i));
  const outcomes = await Promise.allSettled(answers);
  const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await run()).toBe(winner);
});

test('a rejection counts as an answer', async () => {
  const { reprise, run } = await asked();
  await reprise.waits.reject('x', 'approve');
  await expect(reprise.waits.answer('x', 'approve', 1)).rejects.toThrow(/has been answered/);
  await expect(run()).rejects.toThrow(/was rejected/);
});

test('after the execution went on, an answer is late', async () => {
  const { reprise, run } = await asked();
  await reprise.waits.answer('x', 'approve', 1);
  await run();
  await expect(reprise.waits.answer('x', 'approve', 2)).rejects.toThrow(/x is completed; it waits for nothing/);
});

test('a wait that was answered and is behind the execution cannot be answered again', async () => {
  const { reprise } = processes().start();
  const ask = reprise.flow('ask', async () => [await wait('one'), await wait('two')]);
  const run = async () => (await ask.start(undefined, { id: 'x' })).result();
  await waiting(run());
  await reprise.waits.answer('x', 'one', 1);
  await waiting(run());
  await settled();
  await expect(reprise.waits.answer('x', 'one', 2)).rejects.toThrow(/has been answered/);
});

describe('an early answer', () => {
  test('is kept for a wait that is not open yet', async () => {
    const { reprise } = processes().start();
    const open = gate();
    const slow = checkpoint('slow', async () => open.promise);
    const ask = reprise.flow('ask', async () => {
      await slow();
      return wait('approve');
    });
    const handle = await ask.start(undefined, { id: 'x' });
    await reprise.waits.answer('x', 'approve', 'early');
    open.resolve();
    expect(await handle.result()).toBe('early');
  });

  test('to another wait than the execution stands at is refused, and told what it waits for', async () => {
    const { reprise, run } = await asked();
    for (const attempt of [reprise.waits.answer('x', 'aprove', true), reprise.waits.reject('x', 'aprove')]) {
      const error = await failure(attempt);
      expect(error).toBeInstanceOf(NotFoundError);
      expect(error.message).toBe(
        "Execution x does not wait for 'aprove'; it waits for 'approve'. " +
          "To answer 'aprove' before it is asked, pass { early: true }.",
      );
    }
    await reprise.waits.answer('x', 'approve', 'yes');
    expect(await run()).toBe('yes');
  });

  test('to a wait that is still to come is kept where it is said to be early', async () => {
    const { reprise } = processes().start();
    const ask = reprise.flow('ask', async () => [await wait('one'), await wait('two')]);
    const run = async () => (await ask.start(undefined, { id: 'x' })).result();
    await waiting(run());
    await reprise.waits.answer('x', 'two', 2, { early: true });
    await reprise.waits.answer('x', 'one', 1);
    expect(await run()).toEqual([1, 2]);
  });

  test('is kept while the execution sleeps, for nobody is asked for anything else', async () => {
    const all = processes();
    const { reprise } = all.start();
    const ask = reprise.flow('ask', async () => {
      await sleep('1 hour');
      return wait('approve');
    });
    const run = async () => (await ask.start(undefined, { id: 'x' })).result();
    await waiting(run());
    await settled();
    await reprise.waits.answer('x', 'approve', 'early');
    await all.pass(3_600_000);
    expect(await run()).toBe('early');
  });

  test('is kept while the execution is at work, though it waits for something else as well', async () => {
    const { reprise } = processes().start();
    const open = gate();
    const slow = checkpoint('slow', async () => open.promise);
    const then = async () => {
      await slow();
      return wait('two');
    };
    const ask = reprise.flow('ask', () => Promise.all([wait('one'), then()]));
    const handle = await ask.start(undefined, { id: 'x' });
    await settled();
    await reprise.waits.answer('x', 'two', 2);
    open.resolve();
    await reprise.waits.answer('x', 'one', 1);
    expect(await handle.result()).toEqual([1, 2]);
  });

  test('to an unknown wait of a parent tells of the wait of its child, and whose it is', async () => {
    const { reprise } = processes().start();
    const child = reprise.flow('child', () => wait('approve'));
    const parent = reprise.flow('parent', () => child());
    await waiting((await parent.start(undefined, { id: 'x' })).result());
    const error = await failure(reprise.waits.answer('x', 'aprove', 1));
    expect(error.message).toMatch(/it waits for 'approve' of x\./);
  });

  test('to the second wait of a name is refused where nothing was asked yet', async () => {
    const { reprise } = processes().start();
    const open = gate();
    const slow = checkpoint('slow', async () => open.promise);
    const handle = await reprise.flow('ask', () => slow()).start(undefined, { id: 'x' });
    const error = await failure(reprise.waits.answer('x', 'approve#2', 2));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error.message).toBe("Execution x has not waited for 'approve' yet, so 'approve#2' cannot come next.");
    open.resolve();
    await handle.result();
  });

  test('to the second wait of a name is kept once the first one was asked', async () => {
    const { reprise } = processes().start();
    const ask = reprise.flow('ask', async () => [await wait('approve'), await wait('approve')]);
    const run = async () => (await ask.start(undefined, { id: 'x' })).result();
    await waiting(run());
    await reprise.waits.answer('x', 'approve#2', 2);
    await reprise.waits.answer('x', 'approve', 1);
    expect(await run()).toEqual([1, 2]);
  });
});

describe('while the process runs', () => {
  test('an answer in it is taken at once, and the flow goes on without being started again', async () => {
    const { reprise } = processes().start();
    const open = gate();
    const slow = checkpoint('slow', async () => open.promise);
    const after = checkpoint('after', async (value: unknown) => value);
    const ask = reprise.flow('ask', () => Promise.all([wait('approve').then(after), slow()]));
    const handle = await ask.start(undefined, { id: 'x' });
    await settled();
    await reprise.waits.answer('x', 'approve', 'now');
    await settled();
    expect((await reprise.executions.get('x')).journal.find(({ name }) => name === 'after')).toMatchObject({
      status: 'completed',
    });
    open.resolve();
    expect(await handle.result()).toEqual(['now', undefined]);
  });

  test('an answer of another process is found within the poll interval', async () => {
    const all = processes();
    const open = gate();
    const slow = checkpoint('slow', async () => open.promise);
    const first = all.start({ poll: 1_000 });
    const ask = first.reprise.flow('ask', () => Promise.all([wait('approve'), slow()]));
    const handle = await ask.start(undefined, { id: 'x' });
    await settled();
    await all.start().reprise.waits.answer('x', 'approve', 'from afar');
    await settled();
    expect(first.story).toEqual(['started']);
    await all.pass(1_000);
    expect(first.story).toEqual(['started', 'made approve']);
    open.resolve();
    expect(await handle.result()).toEqual(['from afar', undefined]);
  });
});

describe('a refused answer', () => {
  const schema = {
    '~standard': {
      version: 1 as const,
      vendor: 'test',
      validate: (value: unknown) => (value === 'good' ? { value } : { issues: [{ message: 'not good' }] }),
    },
  };

  async function refusedWhileRunning() {
    const all = processes();
    const open = gate();
    const busy = checkpoint('busy', async () => open.promise);
    const define = ({ reprise }: Process) =>
      reprise.flow('ask', async () => (await Promise.all([wait('approve', { schema }), busy()]))[0]);
    const first = all.start();
    const handle = await define(first).start(undefined, { id: 'x' });
    await longerThanGrace();
    const outside = all.start().reprise;
    expect(await outside.waits.list()).toMatchObject([{ attempt: 1 }]);
    await outside.waits.answer('x', 'approve', 'bad');
    await all.pass(1_000);
    return { all, define, first, handle, outside, open };
  }

  test('to a running process is shown to all others, and the next answer to it counts', async () => {
    const { all, handle, outside, open } = await refusedWhileRunning();
    await longerThanGrace();
    expect(await outside.waits.list()).toMatchObject([
      { name: 'approve', attempt: 2, refused: "not good (it was 'bad')" },
    ]);
    await outside.waits.answer('x', 'approve', 'good');
    await all.pass(1_000);
    open.resolve();
    expect(await handle.result()).toBe('good');
  });

  test('is not asked about again after a crash, and the next answer counts', async () => {
    const { all, define, first, outside, open } = await refusedWhileRunning();
    first.kill();
    await outside.waits.answer('x', 'approve', 'good');
    open.resolve();
    expect(await (await define(all.start()).start(undefined, { id: 'x' })).result()).toBe('good');
  });
});

describe('a sleep', () => {
  test('cannot be answered or rejected', async () => {
    const { reprise } = processes().start();
    const nap = reprise.flow('nap', () => sleep('3 days'));
    await waiting((await nap.start(undefined, { id: 'x' })).result());
    for (const attempt of [reprise.waits.answer('x', 'sleep', 1), reprise.waits.reject('x', 'sleep')]) {
      await expect(attempt).rejects.toThrow(/is a sleep of execution x; time answers it/);
    }
  });
});

test('an answer after the deadline is refused, and not silently dropped', async () => {
  const { all, reprise, run } = await asked({ deadline: '1 hour', default: 'none' });
  await all.pass(3_600_001);
  await expect(reprise.waits.answer('x', 'approve', 'late')).rejects.toThrow(/had its deadline on 2026-01-01T01:00:00/);
  expect(await run()).toBe('none');
});

test('an answer can be given by way of any WaitingError that a caller caught', async () => {
  const { reprise } = processes().start();
  const ask = reprise.flow('ask', () => wait('approve'));
  const error = await failure(ask());
  if (!WaitingError.isInstance(error)) throw error;
  const [open] = error.waits;
  await reprise.waits.answer(open?.execution as string, open?.name as string, 'yes');
  expect(await (await reprise.executions.resume(error.execution)).result()).toBe('yes');
});

test('an error that says that an execution waits shows no stack, and the next one does', () => {
  const error = new WaitingError('x', []);
  expect(error.stack).toBe(String(error));
  expect(new Error('other').stack).toContain('\n    at ');
});
