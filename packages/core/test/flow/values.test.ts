import { describe, expect, test } from 'vitest';
import { checkpoint, current, log, now, random, uuid } from '../../src/index.ts';
import { never, type Process, processes, settled } from '../processes.ts';

const step = checkpoint('step', async (n: number) => n);

/** What a program computes before a crash, and what it computes when it goes on. */
async function twice<T>(program: () => Promise<T>, passes = 5_000): Promise<[T, T]> {
  const all = processes();
  const seen: T[] = [];
  const define = ({ reprise }: Process, hang: boolean) =>
    reprise.flow('f', async () => {
      seen.push(await program());
      await step(-1);
      if (hang) await never();
    });
  const first = all.start();
  await define(first, true).start(undefined, { id: 'x' });
  await settled();
  first.kill();
  await all.pass(passes);
  await (await define(all.start(), false).start(undefined, { id: 'x' })).result();
  expect(seen).toHaveLength(2);
  return seen as [T, T];
}

test('now() is the time when the execution first came by', async () => {
  const [before, after] = await twice(async () => {
    const start = now();
    await step(1);
    return [start, now()];
  });
  expect(before[0]).toBe(Date.UTC(2026, 0, 1));
  expect(after).toEqual(before);
});

test('now() in new code is the time of now', async () => {
  const all = processes();
  const { reprise } = all.start();
  let fails = true;
  const f = reprise.flow('f', async () => {
    await step(1);
    if (fails) throw new Error('stop');
    return now();
  });
  await expect((await f.start(undefined, { id: 'x' })).result()).rejects.toThrow('stop');
  fails = false;
  await all.pass(7_000);
  expect(await (await f.start(undefined, { id: 'x' })).result()).toBe(Date.UTC(2026, 0, 1) + 7_000);
});

test('random() and uuid() are the same when the execution goes on', async () => {
  const [before, after] = await twice(async () => {
    const first = [random(), uuid()];
    await step(1);
    return [...first, random(), uuid()];
  });
  expect(after).toEqual(before);
});

test('they cost no write of their own', async () => {
  const all = processes();
  const writes: string[] = [];
  const { putIfAbsent } = all.driver;
  Object.assign(all.driver, {
    putIfAbsent: (key: string, value: string) => {
      writes.push(key);
      return putIfAbsent?.(key, value);
    },
  });
  const { reprise } = all.start();
  await reprise.flow('f', async () => {
    for (let i = 0; i < 100; i++) log({ at: now(), value: random(), id: uuid() });
  })();
  expect(writes).toHaveLength(2);
});

test('random() is from 0 up to 1, and every call has its own', async () => {
  const values: number[] = [];
  const ids: string[] = [];
  const { reprise } = processes().start();
  await reprise.flow('f', async () => {
    for (let i = 0; i < 1_000; i++) {
      values.push(random());
      ids.push(uuid());
      if (i % 100 === 0) await step(i);
    }
  })();
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThan(1);
  expect(values.reduce((sum, value) => sum + value, 0) / 1_000).toBeCloseTo(0.5, 1);
  expect(new Set(values).size).toBe(1_000);
  expect(new Set(ids).size).toBe(1_000);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('two executions have different ones', async () => {
  const { reprise } = processes().start();
  const f = reprise.flow('f', async () => [random(), uuid()]);
  const [one, two] = await Promise.all([f(), f()]);
  expect(one).not.toEqual(two);
});

test('parallel branches keep theirs, whichever comes first', async () => {
  const ends = new Map<string, () => void>();
  const pause = checkpoint('pause', async (name: string, order: string) => {
    if (order) await new Promise<void>((resolve) => ends.set(name, resolve));
  });
  const all = processes();
  const seen: Record<string, string>[] = [];
  const define = ({ reprise }: Process, hang: boolean) =>
    reprise.flow('f', async () => {
      const ids: Record<string, string> = {};
      await Promise.all(
        ['a', 'b'].map(async (name) => {
          await pause(name, 'wait');
          ids[name] = uuid();
          await step(1);
        }),
      );
      seen.push(ids);
      await step(2);
      if (hang) await never();
    });
  const first = all.start();
  await define(first, true).start(undefined, { id: 'x' });
  await settled();
  for (const name of ['b', 'a']) {
    ends.get(name)?.();
    await settled();
  }
  first.kill();
  await (await define(all.start(), false).start(undefined, { id: 'x' })).result();
  expect(seen[1]).toEqual(seen[0]);
});

describe('log()', () => {
  test('is kept with the execution, in order and with the time', async () => {
    const all = processes();
    const { reprise } = all.start();
    const handle = await reprise
      .flow('f', async () => {
        log({ at: 'start' });
        await step(1);
        log({ found: 3, when: new Date(5) });
      })
      .start(undefined);
    await handle.result();
    expect((await reprise.executions.get(handle.id)).logs).toEqual([
      { at: all.now, data: { at: 'start' } },
      { at: all.now, data: { found: 3, when: new Date(5) } },
    ]);
  });

  test('writes each line once, though the execution comes by again', async () => {
    const { reprise } = processes().start();
    let fails = true;
    const f = reprise.flow('f', async () => {
      log({ line: 1 });
      await step(1);
      log({ line: 2 });
      await step(2);
      if (fails) throw new Error('stop');
      log({ line: 3 });
    });
    await expect((await f.start(undefined, { id: 'x' })).result()).rejects.toThrow('stop');
    fails = false;
    await (await f.start(undefined, { id: 'x' })).result();
    expect((await reprise.executions.get('x')).logs.map(({ data }) => data)).toEqual([
      { line: 1 },
      { line: 2 },
      { line: 3 },
    ]);
  });

  test('in a checkpoint that is tried again writes a line for each attempt', async () => {
    const all = processes();
    const { reprise } = all.start();
    const flaky = checkpoint(
      'flaky',
      async () => {
        const attempt = current().call?.attempt as number;
        log({ attempt });
        if (attempt < 3) throw new Error('again');
      },
      { retry: 3 },
    );
    const handle = await reprise.flow('f', () => flaky()).start(undefined);
    await all.pass(60_000);
    await handle.result();
    expect((await reprise.executions.get(handle.id)).logs.map(({ data }) => data)).toEqual([
      { attempt: 1 },
      { attempt: 2 },
      { attempt: 3 },
    ]);
  });

  test('of what cannot be stored throws where it is called, and names the part', async () => {
    const { reprise } = processes().start();
    const f = reprise.flow('f', async () => log({ of: () => {} }));
    await expect(f()).rejects.toMatchObject({ code: 'REPRISE_UNSTORABLE_VALUE', path: 'log.of' });
  });
});

describe('current()', () => {
  test('tells the execution, and in a checkpoint the call', async () => {
    const { reprise } = processes().start();
    const seen: unknown[] = [];
    const inner = checkpoint('inner', async () => seen.push(current()));
    const outer = checkpoint('outer', async () => {
      seen.push(current());
      await inner();
      seen.push(current());
    });
    const f = reprise.flow('f', async () => {
      seen.push(current());
      await outer();
      seen.push(current());
    });
    await (await f.start(undefined, { id: 'x' })).result();
    const execution = { id: 'x', flow: 'f' };
    const call = (name: string) => ({
      execution,
      call: { id: expect.any(String), kind: 'checkpoint', name, attempt: 1, idempotencyKey: expect.any(String) },
    });
    expect(seen).toMatchObject([
      { execution, call: undefined },
      call('outer'),
      call('inner'),
      call('outer'),
      { execution, call: undefined },
    ]);
  });

  test('is where it was after a checkpoint that threw', async () => {
    const { reprise } = processes().start();
    const bad = checkpoint('bad', async () => {
      throw new Error('x');
    });
    const f = reprise.flow('f', async () => {
      await bad().catch(() => {});
      return current().call;
    });
    expect(await f()).toBe(undefined);
  });

  test('its call is the one that the record shows', async () => {
    const { reprise } = processes().start();
    const step = checkpoint('step', async () => current().call?.id);
    const handle = await reprise.flow('f', () => step()).start(undefined);
    const id = await handle.result();
    expect((await reprise.executions.get(handle.id)).journal[0]?.id).toBe(id);
  });
});
