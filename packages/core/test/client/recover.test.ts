import { describe, expect, test } from 'vitest';
import { checkpoint, sleep, wait } from '../../src/index.ts';
import { failure, never, type Process, processes, settled, waiting } from '../processes.ts';

const define = ({ reprise }: Process, mended = true) => ({
  crashes: reprise.flow('crashes', () => (mended ? Promise.resolve('went on') : never())),
  asks: reprise.flow('asks', async () => `went on: ${await wait('approve')}`),
  naps: reprise.flow('naps', async () => {
    await sleep('1 day');
    return 'awake';
  }),
  fails: reprise.flow('fails', async () => {
    throw new Error('x');
  }),
});

/** What a first process leaves behind. */
async function leftBehind() {
  const all = processes();
  const first = all.start();
  const { crashes, asks, naps, fails } = define(first, false);
  await crashes.start(undefined, { id: 'crashed' });
  for (const id of ['answered', 'unanswered']) await waiting((await asks.start(undefined, { id })).result());
  await waiting((await naps.start(undefined, { id: 'asleep' })).result());
  await failure((await fails.start(undefined, { id: 'failed' })).result());
  await waiting((await asks.start(undefined, { id: 'cancelled' })).result());
  await settled();
  await first.reprise.executions.cancel('cancelled');
  await first.reprise.waits.answer('answered', 'approve', 'yes');
  first.kill();
  return all;
}

test('recover goes on with what crashed and what was answered, and with nothing else', async () => {
  const all = await leftBehind();
  const second = all.start();
  define(second);
  const handles = await second.reprise.recover();
  const results = Object.fromEntries(await Promise.all(handles.map(async ({ id, result }) => [id, await result()])));
  expect(results).toEqual({ crashed: 'went on', answered: 'went on: yes' });
  expect(await second.reprise.recover()).toEqual([]);
});

test('a sleep that is over is gone on with', async () => {
  const all = await leftBehind();
  await all.pass(86_400_000);
  const second = all.start();
  define(second);
  const handles = await second.reprise.recover();
  expect(await handles.find(({ id }) => id === 'asleep')?.result()).toBe('awake');
});

test('so is a wait whose deadline has passed, and one that was rejected', async () => {
  const all = processes();
  const asking = ({ reprise }: Process) =>
    reprise.flow('asks', (deadline: number) => wait('approve', { deadline, default: 'nobody came' }));
  const first = all.start();
  const asks = asking(first);
  await waiting((await asks.start(1_000, { id: 'expired' })).result());
  await waiting((await asks.start(9_000_000, { id: 'rejected' })).result());
  await settled();
  first.kill();
  await all.pass(1_000);
  const second = all.start();
  asking(second);
  await second.reprise.waits.reject('rejected', 'approve');
  const handles = await second.reprise.recover();
  const outcomes = await Promise.allSettled(handles.map(({ result }) => result()));
  expect(handles.map(({ id }, i) => [id, outcomes[i]?.status]).sort()).toEqual([
    ['expired', 'fulfilled'],
    ['rejected', 'rejected'],
  ]);
});

test('executions of flows that this process does not have are left alone', async () => {
  const all = await leftBehind();
  const second = all.start();
  second.reprise.flow('asks', async () => 'another program');
  expect((await second.reprise.recover()).map(({ id }) => id)).toEqual(['answered']);
  expect(await second.reprise.executions.get('crashed')).toMatchObject({ status: 'crashed' });
});

test('executions that another process runs are left alone, for as long as it lives', async () => {
  const all = processes();
  const first = all.start();
  await first.reprise.flow('f', () => never()).start(undefined, { id: 'x' });
  const second = all.start();
  second.reprise.flow('f', async () => 'taken');
  await all.pass(300_000);
  expect(await second.reprise.recover()).toEqual([]);
  first.kill();
  const [handle] = await second.reprise.recover();
  expect(await handle?.result()).toBe('taken');
});

test('executions that this process runs itself are not among them', async () => {
  const { reprise } = processes().start();
  await reprise.flow('f', () => never()).start(undefined, { id: 'x' });
  expect(await reprise.recover()).toEqual([]);
});

test('two processes that recover at once share the work: each execution is run by one of them', async () => {
  const all = processes();
  const runs: string[] = [];
  const step = checkpoint('step', async (id: string) => runs.push(id));
  const first = all.start();
  const f = first.reprise.flow('f', () => never());
  const ids = Array.from({ length: 10 }, (_, i) => `x${i}`);
  for (const id of ids) await f.start(undefined, { id });
  first.kill();
  const others = [all.start(), all.start()];
  for (const { reprise } of others) reprise.flow('f', () => step('x'));
  const handles = (await Promise.all(others.map(({ reprise }) => reprise.recover()))).flat();
  await Promise.allSettled(handles.map(({ result }) => result()));
  await settled();
  expect(runs).toHaveLength(10);
});

test('a child is gone on with by way of its parent', async () => {
  const all = processes();
  const defineBoth = ({ reprise }: Process) => {
    const child = reprise.flow('child', () => wait('approve'));
    return reprise.flow('parent', () => child());
  };
  const first = all.start();
  const { waits } = await waiting((await defineBoth(first).start(undefined, { id: 'x' })).result());
  await settled();
  await first.reprise.waits.answer(waits[0]?.execution as string, 'approve', 'yes');
  first.kill();
  const second = all.start();
  defineBoth(second);
  const handles = await second.reprise.recover();
  expect(handles.map(({ id }) => id)).toEqual(['x']);
  expect(await handles[0]?.result()).toBe('yes');
});

test('a parent whose parked child was cancelled is gone on with', async () => {
  const { reprise } = processes().start();
  const child = reprise.flow('child', () => wait('approve'));
  const parent = reprise.flow('parent', () => child().catch((error: Error) => error.name));
  const { waits } = await waiting((await parent.start(undefined, { id: 'x' })).result());
  await settled();
  await reprise.executions.cancel(waits[0]?.execution as string);
  const [handle] = await reprise.recover();
  expect(await handle?.result()).toBe('CancelledError');
});

describe('one that cannot be gone on with', () => {
  test('does not keep the others from it: its handle says why', async () => {
    const all = await leftBehind();
    const [{ key } = { key: '' }] = (await all.driver.scan?.('reprise/j/answered/', { limit: 1 })) ?? [];
    await all.driver.deleteMany([key]);
    const second = all.start();
    define(second);
    const handles = await second.reprise.recover();
    const outcomes = Object.fromEntries(
      await Promise.all(handles.map(async ({ id, result }) => [id, await result().catch((error) => error.code)])),
    );
    expect(outcomes).toEqual({ crashed: 'went on', answered: 'REPRISE_CORRUPT_RECORD' });
  });
});
