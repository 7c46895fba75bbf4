import { describe, expect, test } from 'vitest';
import { checkpoint, sleep } from '../../src/index.ts';
import { failure, longerThanGrace, type Process, processes, settled, waiting } from '../processes.ts';

describe('a short sleep', () => {
  test('is slept in the process', async () => {
    const all = processes();
    const { reprise } = all.start();
    const nap = reprise.flow('nap', async () => {
      await sleep('30 seconds');
      return 'awake';
    });
    const handle = await nap.start(undefined);
    await longerThanGrace();
    await all.pass(29_999);
    expect(await handle.status()).toBe('running');
    await all.pass(1);
    expect(await handle.result()).toBe('awake');
  });

  test('goes on from where it was after a crash', async () => {
    const all = processes();
    const define = ({ reprise }: Process) => reprise.flow('nap', () => sleep(30_000));
    const first = all.start();
    await define(first).start(undefined, { id: 'x' });
    await all.pass(20_000);
    first.kill();
    const second = all.start();
    const handle = await define(second).start(undefined, { id: 'x' });
    await all.pass(9_999);
    expect(await handle.status()).toBe('running');
    await all.pass(1);
    await handle.result();
    expect((await second.reprise.executions.get('x')).journal[0]).toMatchObject({ status: 'completed' });
  });
});

describe('a long sleep', () => {
  test('parks the execution, and says when time answers it', async () => {
    const all = processes();
    const { reprise } = all.start();
    const error = await waiting(reprise.flow('nap', () => sleep('3 days'))());
    expect(error.waits).toMatchObject([{ name: 'sleep', sleep: true, until: all.now + 3 * 86_400_000 }]);
    expect(error.message).toMatch(/Time answers it: go on on 2026-01-04T00:00:00\.000Z with recover\(\)|2026-01-04/);
    expect(error.message).not.toMatch(/waits\.answer/);
  });

  test('is over when its time has come, and not before', async () => {
    const all = processes();
    const define = ({ reprise }: Process) =>
      reprise.flow('nap', async () => {
        await sleep('3 days');
        return 'awake';
      });
    const first = all.start();
    await waiting((await define(first).start(undefined, { id: 'x' })).result());
    first.kill();
    const second = all.start();
    const nap = define(second);
    await all.pass(2 * 86_400_000);
    await waiting((await nap.start(undefined, { id: 'x' })).result());
    await all.pass(86_400_000);
    expect(await (await nap.start(undefined, { id: 'x' })).result()).toBe('awake');
  });

  test('whose rest is short is slept to its end in the process that goes on', async () => {
    const all = processes();
    const define = ({ reprise }: Process) => reprise.flow('nap', () => sleep('1 hour'));
    const first = all.start();
    await waiting((await define(first).start(undefined, { id: 'x' })).result());
    await all.pass(3_600_000 - 10_000);
    const handle = await define(all.start()).start(undefined, { id: 'x' });
    await all.pass(10_000);
    await handle.result();
    expect(await handle.status()).toBe('completed');
  });

  test('may last until a date, and longer than any timer', async () => {
    const all = processes();
    const { reprise } = all.start();
    const nap = reprise.flow('nap', () => sleep(new Date('2027-01-01T00:00:00Z')));
    const { waits } = await waiting((await nap.start(undefined, { id: 'x' })).result());
    expect(waits[0]?.until).toBe(Date.UTC(2027, 0, 1));
    await all.pass(366 * 86_400_000);
    await (await nap.start(undefined, { id: 'x' })).result();
  });
});

test('sleeps side by side end in the order of their lengths', async () => {
  const all = processes();
  const { reprise } = all.start();
  const note = checkpoint('note', async (n: number) => n);
  const order: number[] = [];
  const nap = reprise.flow('nap', () =>
    Promise.all(
      [30, 10, 20].map(async (seconds) => {
        await sleep(seconds * 1_000);
        order.push(await note(seconds));
      }),
    ),
  );
  const handle = await nap.start(undefined);
  await all.pass(60_000);
  await handle.result();
  expect(order).toEqual([10, 20, 30]);
});

test('a sleep of nothing ends at once', async () => {
  const { reprise } = processes().start();
  await reprise.flow('nap', () => sleep(0))();
});

test('a length that is none is refused, and names what is taken', async () => {
  const { reprise } = processes().start();
  const error = await failure(reprise.flow('nap', () => sleep('soon'))());
  expect(error).toMatchObject({ code: 'REPRISE_USAGE', message: expect.stringMatching(/'30 seconds'.*it was 'soon'/) });
  await settled();
});
