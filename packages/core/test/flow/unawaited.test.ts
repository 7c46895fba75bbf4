import { describe, expect, test } from 'vitest';
import { checkpoint } from '../../src/index.ts';
import { gate, processes, settled } from '../processes.ts';

const outcomes = (journal: readonly { name: string; status: string }[]) =>
  Object.fromEntries(journal.map(({ name, status }) => [name, status]));

test('a call that nobody awaits is recorded, and served when the execution goes on', async () => {
  const { reprise } = processes().start();
  const made: string[] = [];
  const audit = checkpoint('audit', async () => made.push('audit'));
  const step = checkpoint('step', async () => 1);
  let fails = true;
  const f = reprise.flow('f', async () => {
    void audit();
    await step();
    if (fails) throw new Error('stop');
    return 'done';
  });
  await expect((await f.start(undefined, { id: 'x' })).result()).rejects.toThrow('stop');
  fails = false;
  expect(await (await f.start(undefined, { id: 'x' })).result()).toBe('done');
  expect(made).toEqual(['audit']);
  expect(outcomes((await reprise.executions.get('x')).journal)).toEqual({ audit: 'completed', step: 'completed' });
});

test('a call that is still at work when the flow has returned is recorded when it ends', async () => {
  const { reprise } = processes().start();
  const open = gate();
  const audit = checkpoint('audit', async () => open.promise);
  const f = reprise.flow('f', async () => {
    void audit();
    return 'done';
  });
  expect(await (await f.start(undefined, { id: 'x' })).result()).toBe('done');
  open.resolve();
  await settled();
  expect(outcomes((await reprise.executions.get('x')).journal)).toEqual({ audit: 'completed' });
});

test('close waits for it, and it is stored before the store is given back', async () => {
  const all = processes();
  let isClosed = false;
  const { putIfAbsent } = all.driver;
  Object.assign(all.driver, {
    close: async () => {
      isClosed = true;
    },
    putIfAbsent: async (key: string, value: string) => {
      await settled();
      if (isClosed) throw new Error('closed');
      return putIfAbsent?.(key, value);
    },
  });
  const { reprise } = all.start();
  const open = gate();
  const fast = checkpoint('fast', async () => 'fast');
  const slow = checkpoint('slow', async () => open.promise);
  const f = reprise.flow('f', () => Promise.race([fast(), slow()]));
  await (await f.start(undefined, { id: 'x' })).result();
  const closed = reprise.close();
  open.resolve();
  await closed;
  expect(isClosed).toBe(true);
  isClosed = false;
  expect(outcomes((await all.start().reprise.executions.get('x')).journal)).toEqual({
    fast: 'completed',
    slow: 'completed',
  });
});

describe('the loser of a race', () => {
  test('is recorded when it ends, in the flow that goes on', async () => {
    const { reprise } = processes().start();
    const open = gate<string>();
    const fast = checkpoint('fast', async () => 'fast');
    const slow = checkpoint('slow', async () => open.promise);
    const step = checkpoint('step', async () => {
      open.resolve('slow');
      await settled();
    });
    const handle = await reprise
      .flow('f', async () => {
        const winner = await Promise.race([fast(), slow()]);
        await step();
        return winner;
      })
      .start(undefined);
    expect(await handle.result()).toBe('fast');
    expect(outcomes((await reprise.executions.get(handle.id)).journal)).toEqual({
      fast: 'completed',
      slow: 'completed',
      step: 'completed',
    });
  });

  test('that failed is recorded as failed, and troubles nobody', async () => {
    const { reprise } = processes().start();
    const open = gate();
    const fast = checkpoint('fast', async () => 'fast');
    const slow = checkpoint('slow', async () => {
      await open.promise;
      throw new Error('too slow');
    });
    const f = reprise.flow('f', () => Promise.race([fast(), slow()]));
    const handle = await f.start(undefined, { id: 'x' });
    expect(await handle.result()).toBe('fast');
    open.resolve();
    await settled();
    expect(outcomes((await reprise.executions.get('x')).journal)).toEqual({ fast: 'completed', slow: 'failed' });
    expect(await handle.status()).toBe('completed');
  });
});

describe('when one of several parallel calls fails', () => {
  test('what the others bring later is recorded, and served when the execution goes on', async () => {
    const { reprise } = processes().start();
    const open = gate<string>();
    const made: string[] = [];
    let broken = true;
    const pay = checkpoint('pay', async () => {
      made.push('pay');
      return open.promise;
    });
    const check = checkpoint('check', async () => {
      made.push('check');
      if (broken) throw new Error('broken');
      return 'checked';
    });
    const f = reprise.flow('f', () => Promise.all([pay(), check()]));
    const handle = await f.start(undefined, { id: 'x' });
    await expect(handle.result()).rejects.toThrow('broken');
    expect(await handle.status()).toBe('failed');
    broken = false;
    // Started again while the sibling is still at work: it is waited for, and not paid twice.
    const again = f.start(undefined, { id: 'x' });
    await settled();
    open.resolve('paid');
    expect(await (await again).result()).toEqual(['paid', 'checked']);
    expect(made).toEqual(['pay', 'check', 'check']);
  });
});

test('a call that begins after its flow has returned is not made', async () => {
  const { reprise } = processes().start();
  const open = gate();
  const made: string[] = [];
  const late = checkpoint('late', async () => made.push('late'));
  const f = reprise.flow('f', async () => {
    void open.promise.then(() => late());
    return 'done';
  });
  const handle = await f.start(undefined, { id: 'x' });
  await handle.result();
  open.resolve();
  await settled();
  expect(made).toEqual([]);
  expect((await reprise.executions.get('x')).journal).toEqual([]);
});
