import { describe, expect, test } from 'vitest';
import { CancelledError, checkpoint, current, sleep, wait } from '../../src/index.ts';
import {
  failure,
  gate,
  inTime,
  longerThanGrace,
  never,
  type Process,
  processes,
  settled,
  waiting,
} from '../processes.ts';

test('a flow that is called inside of a flow is an execution of its own: id, journal, status', async () => {
  const { reprise } = processes().start();
  const step = checkpoint('step', async (n: number) => n + 1);
  const child = reprise.flow('child', async (n: number) => step(n));
  const parent = reprise.flow('parent', async () => (await child(1)) + (await child(10)));
  const handle = await parent.start(undefined, { id: 'x' });
  expect(await handle.result()).toBe(13);

  const children = await reprise.executions.list({ parent: 'x' });
  expect(children).toHaveLength(2);
  for (const { id, flow, status, parent: of } of children) {
    expect(id.startsWith('x.')).toBe(true);
    expect({ flow, status, of }).toEqual({ flow: 'child', status: 'completed', of: 'x' });
    expect((await reprise.executions.get(id)).journal.map(({ name }) => name)).toEqual(['step']);
  }
  const { journal } = await reprise.executions.get('x');
  expect(journal.map(({ kind, name, output }) => [kind, name, output])).toEqual([
    ['flow', 'child', 2],
    ['flow', 'child', 11],
  ]);
  expect(children.map(({ id }) => id).sort()).toEqual(journal.map(({ id }) => `x.${id}`).sort());
});

test('a list shows children only when it is asked for them', async () => {
  const { reprise } = processes().start();
  const child = reprise.flow('child', async () => 1);
  const handle = await reprise.flow('parent', () => child()).start(undefined);
  await handle.result();
  expect((await reprise.executions.list()).map(({ flow }) => flow)).toEqual(['parent']);
});

test('a finished child is not run again, and one that had begun goes on under its id', async () => {
  const all = processes();
  const bodies: string[] = [];
  const step = checkpoint('step', async (name: string) => bodies.push(name));
  const define = ({ reprise }: Process, hang: boolean) => {
    const child = reprise.flow('child', async (name: string) => {
      await step(`${name} 1`);
      if (hang && name === 'b') await never();
      await step(`${name} 2`);
      return current().execution.id;
    });
    return reprise.flow('parent', async () => [await child('a'), await child('b')]);
  };
  const first = all.start();
  await define(first, true).start(undefined, { id: 'x' });
  await settled();
  first.kill();
  const second = all.start();
  const ids = await (await define(second, false).start(undefined, { id: 'x' })).result();
  expect(bodies).toEqual(['a 1', 'a 2', 'b 1', 'b 2']);
  expect(new Set(ids).size).toBe(2);
  expect(await second.reprise.executions.list({ parent: 'x' })).toHaveLength(2);
});

test('children that run side by side have their own journals', async () => {
  const { reprise } = processes().start();
  const step = checkpoint('step', async (name: string) => name);
  const child = reprise.flow('child', (name: string) => step(name));
  const parent = reprise.flow('parent', () => Promise.all(['a', 'b', 'c'].map((name) => child(name))));
  const handle = await parent.start(undefined, { id: 'x' });
  expect(await handle.result()).toEqual(['a', 'b', 'c']);
  const children = await reprise.executions.list({ parent: 'x' });
  const inputs = await Promise.all(children.map(async ({ id }) => (await reprise.executions.get(id)).input));
  expect(inputs.sort()).toEqual(['a', 'b', 'c']);
});

test('a child that fails throws its error into the parent, which may catch it', async () => {
  const { reprise } = processes().start();
  const child = reprise.flow('child', async () => {
    throw new RangeError('too far');
  });
  const parent = reprise.flow('parent', () => child().catch((error: Error) => `${error.name}: ${error.message}`));
  const handle = await parent.start(undefined, { id: 'x' });
  expect(await handle.result()).toBe('RangeError: too far');
  expect((await reprise.executions.list({ parent: 'x' }))[0]).toMatchObject({ status: 'failed' });
});

test('a flow may call itself', async () => {
  const { reprise } = processes().start();
  const countdown: (n: number) => Promise<number> = reprise.flow(
    'countdown',
    async (n: number): Promise<number> => (n === 0 ? 0 : 1 + (await countdown(n - 1))),
  );
  expect(await countdown(5)).toBe(5);
});

test('children may be nested as deep as one likes, and each can be looked at by its id', async () => {
  const { reprise } = processes().start();
  const nest: (n: number) => Promise<string> = reprise.flow(
    'nest',
    async (n: number): Promise<string> => (n === 0 ? current().execution.id : nest(n - 1)),
  );
  const deepest = await (
    await reprise.flow('outer', () => nest(20)).start(undefined, { id: 'x'.repeat(200) })
  ).result();
  expect(deepest.length).toBeGreaterThan(400);
  expect(await reprise.executions.get(deepest)).toMatchObject({ id: deepest, result: deepest });
  await settled();
  await expect(reprise.waits.answer(deepest, 'approve', 1)).rejects.toThrow(/is completed/);
});

test('a child in a checkpoint is gone on with when the checkpoint runs again', async () => {
  const { reprise } = processes().start();
  const child = reprise.flow('child', () => wait<string>('approve'));
  const outer = checkpoint('outer', () => child());
  const parent = reprise.flow('parent', () => outer());
  const run = async () => (await parent.start(undefined, { id: 'x' })).result();
  await waiting(run());
  await reprise.waits.answer('x', 'approve', 'yes');
  expect(await run()).toBe('yes');
  expect(await reprise.executions.list({ parent: 'x' })).toHaveLength(1);
});

describe('the wait of a child', () => {
  async function standing() {
    const all = processes();
    const process = all.start();
    const { reprise } = process;
    const child = reprise.flow('child', async (name: string) => `${name} ${await wait('approve', { question: name })}`);
    const parent = reprise.flow('parent', (names: string[]) => Promise.all(names.map((name) => child(name))));
    const run = async (names: string[]) => (await parent.start(names, { id: 'x' })).result();
    return { all, ...process, run };
  }

  test('is seen from the parent: its WaitingError, its status and its record have it', async () => {
    const { reprise, run } = await standing();
    const { waits, execution } = await waiting(run(['a']));
    expect(execution).toBe('x');
    expect(waits).toMatchObject([{ name: 'approve', question: 'a', execution: expect.stringMatching(/^x\./) }]);
    await settled();
    const [child] = await reprise.executions.list({ parent: 'x' });
    expect(child).toMatchObject({ status: 'waiting', id: waits[0]?.execution });
    expect(await reprise.executions.get('x')).toMatchObject({ status: 'waiting', waits: [{ name: 'approve' }] });
  });

  test('is listed once, under the child', async () => {
    const { reprise, run } = await standing();
    await waiting(run(['a']));
    await settled();
    expect(await reprise.waits.list()).toMatchObject([{ execution: expect.stringMatching(/^x\./) }]);
    expect(await reprise.waits.list({ execution: 'x' })).toHaveLength(1);
  });

  test('can be answered by way of the parent, and the parent goes on', async () => {
    const { reprise, run } = await standing();
    await waiting(run(['a']));
    await reprise.waits.answer('x', 'approve', 'yes');
    expect(await run(['a'])).toEqual(['a yes']);
  });

  test('of several children must be named by its own execution', async () => {
    const { reprise, run } = await standing();
    const { waits } = await waiting(run(['a', 'b']));
    const error = await failure(reprise.waits.answer('x', 'approve', 'yes'));
    expect(error).toMatchObject({ code: 'REPRISE_STATE' });
    for (const { execution } of waits) expect(error.message).toContain(execution);
    for (const { execution, question } of waits) await reprise.waits.answer(execution, 'approve', `yes to ${question}`);
    expect(await run(['a', 'b'])).toEqual(['a yes to a', 'b yes to b']);
  });

  test('is answered by its own id, and resume of the child goes on with the whole', async () => {
    const { reprise, run } = await standing();
    const { waits } = await waiting(run(['a']));
    const child = waits[0]?.execution as string;
    await reprise.waits.answer(child, 'approve', 'yes');
    const handle = await reprise.executions.resume(child);
    expect(handle.id).toBe('x');
    expect(await handle.result()).toEqual(['a yes']);
  });

  test('that is answered while the parent still works lets the child go on at once', async () => {
    const all = processes();
    const { reprise } = all.start();
    const open = gate();
    const work = checkpoint('work', async () => open.promise);
    const after = checkpoint('after', async (value: unknown) => value);
    const asks = reprise.flow('asks', async () => after(await wait('approve')));
    const parent = reprise.flow('parent', () => Promise.all([asks(), work()]));
    const handle = await parent.start(undefined, { id: 'x' });
    await all.pass(0);
    await longerThanGrace();
    const [asked] = await reprise.executions.list({ parent: 'x' });
    expect(asked?.status).toBe('waiting');
    await reprise.waits.answer(asked?.id as string, 'approve', 'yes');
    await settled();
    expect((await reprise.executions.list({ parent: 'x' }))[0]).toMatchObject({ status: 'completed' });
    expect(await handle.status()).toBe('running');
    open.resolve();
    expect(await handle.result()).toEqual(['yes', undefined]);
  });

  test('that time answers while the parent still works lets the child go on, too', async () => {
    const all = processes();
    const { reprise } = all.start();
    const open = gate();
    const work = checkpoint('work', async () => open.promise);
    const naps = reprise.flow('naps', async () => sleep('1 hour'));
    const parent = reprise.flow('parent', () => Promise.all([naps(), work()]));
    const handle = await parent.start(undefined, { id: 'x' });
    await settled();
    await longerThanGrace();
    await all.pass(3_601_000);
    expect((await reprise.executions.list({ parent: 'x' }))[0]).toMatchObject({ status: 'completed' });
    open.resolve();
    await handle.result();
  });

  test('does not keep the siblings from their work', async () => {
    const { reprise } = processes().start();
    const open = gate();
    const work = checkpoint('work', async () => open.promise);
    const asks = reprise.flow('asks', () => wait('approve'));
    const works = reprise.flow('works', () => work());
    const parent = reprise.flow('parent', () => Promise.all([asks(), works()]));
    const handle = await parent.start(undefined, { id: 'x' });
    await settled();
    open.resolve();
    await waiting(handle.result());
    await settled();
    const children = await reprise.executions.list({ parent: 'x' });
    expect(children.map(({ flow, status }) => [flow, status]).sort()).toEqual([
      ['asks', 'waiting'],
      ['works', 'completed'],
    ]);
  });
});

describe('cancelling the parent', () => {
  test('reaches the children that run: their signal fires, and they are cancelled', async () => {
    const { reprise } = processes().start();
    let signal: AbortSignal | undefined;
    const work = checkpoint('work', async () => {
      signal = current().signal;
      await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal?.reason)));
    });
    const child = reprise.flow('child', () => work());
    const parent = reprise.flow('parent', () => child());
    const handle = await parent.start(undefined, { id: 'x' });
    await settled();
    await handle.cancel('enough');
    await expect(handle.result()).rejects.toThrow(CancelledError);
    await settled();
    expect(signal?.aborted).toBe(true);
    expect((await reprise.executions.list({ parent: 'x' }))[0]).toMatchObject({ status: 'cancelled' });
    expect(await handle.status()).toBe('cancelled');
  });

  test('reaches the children that are parked', async () => {
    const { reprise } = processes().start();
    const child = reprise.flow('child', () => wait('approve'));
    const parent = reprise.flow('parent', () => child());
    await waiting((await parent.start(undefined, { id: 'x' })).result());
    await settled();
    await reprise.executions.cancel('x');
    expect((await reprise.executions.list({ parent: 'x' }))[0]).toMatchObject({ status: 'cancelled' });
    expect(await reprise.waits.list()).toEqual([]);
  });

  test('leaves a child alone that has completed', async () => {
    const { reprise } = processes().start();
    const child = reprise.flow('child', async () => 1);
    const parent = reprise.flow('parent', async () => {
      await child();
      await wait('approve');
    });
    await waiting((await parent.start(undefined, { id: 'x' })).result());
    await settled();
    await reprise.executions.cancel('x');
    expect((await reprise.executions.list({ parent: 'x' }))[0]).toMatchObject({ status: 'completed' });
  });
});

test('a parent that fails or diverges does not cancel a child that still works', async () => {
  const { reprise } = processes().start();
  const open = gate<string>();
  const work = checkpoint('work', async () => open.promise);
  const child = reprise.flow('child', () => work());
  const parent = reprise.flow('parent', () => Promise.all([child(), Promise.reject(new Error('stop'))]));
  const handle = await parent.start(undefined, { id: 'x' });
  await expect(handle.result()).rejects.toThrow('stop');
  open.resolve('done');
  await settled();
  expect((await reprise.executions.list({ parent: 'x' }))[0]).toMatchObject({ status: 'completed' });
});

test('a child that was cancelled by itself throws CancelledError into the parent', async () => {
  const { reprise } = processes().start();
  const child = reprise.flow('child', () => wait('approve'));
  const parent = reprise.flow('parent', () => child().catch((error: Error) => error.name));
  const run = async () => (await parent.start(undefined, { id: 'x' })).result();
  const { waits } = await waiting(run());
  await settled();
  await reprise.executions.cancel(waits[0]?.execution as string);
  expect(await run()).toBe('CancelledError');
});

describe('a child whose input has changed when the parent goes on', () => {
  test("and that had not finished goes on with the input that it was started with, with onDrift: 'reuse'", async () => {
    const all = processes();
    const { reprise } = all.start();
    let started = 0;
    const child = reprise.flow('child', async (input: { run: number }) => [input.run, await wait('approve')]);
    const parent = reprise.flow('parent', () => child({ run: ++started }), { onDrift: 'reuse' });
    const run = async () => inTime(all, (await parent.start(undefined, { id: 'x' })).result());
    await waiting(run());
    await reprise.waits.answer('x', 'approve', 'yes');
    expect(await run()).toEqual([1, 'yes']);
  });

  test('is not gone on with where its input is lost, and the program cannot catch that', async () => {
    const all = processes();
    const { reprise } = all.start();
    let started = 0;
    const child = reprise.flow('child', async (_: string) => wait('approve'));
    const parent = reprise.flow('parent', () => child(`${++started}`.repeat(100_000)).catch(() => 'caught'), {
      onDrift: 'reuse',
    });
    const run = async () => inTime(all, (await parent.start(undefined, { id: 'x' })).result());
    await waiting(run());
    const blobs = (await all.driver.scan?.('reprise/b/x/', { limit: 10 })) ?? [];
    expect(blobs).toHaveLength(1);
    await all.driver.deleteMany(blobs.map(({ key }) => key));
    await expect(run()).rejects.toMatchObject({ code: 'REPRISE_CORRUPT_RECORD', key: blobs[0]?.key });
  });

  test("is run anew with onDrift: 'rerun', as an execution of its own", async () => {
    const all = processes();
    const { reprise } = all.start();
    let started = 0;
    let fails = true;
    const child = reprise.flow('child', async (input: { run: number }) => input.run);
    const parent = reprise.flow(
      'parent',
      async () => {
        const result = await child({ run: ++started });
        if (fails) throw new Error('stop');
        return result;
      },
      { onDrift: 'rerun' },
    );
    const run = async () => inTime(all, (await parent.start(undefined, { id: 'x' })).result());
    await expect(run()).rejects.toThrow('stop');
    fails = false;
    expect(await run()).toBe(2);
  });
});

test('start inside of a flow starts an execution of its own that is no child', async () => {
  const { reprise } = processes().start();
  const other = reprise.flow('other', async () => 'other');
  const f = reprise.flow('f', async () => (await other.start(undefined, { id: 'y' })).result());
  expect(await f()).toBe('other');
  expect(await reprise.executions.get('y')).toMatchObject({ parent: undefined, status: 'completed' });
});
