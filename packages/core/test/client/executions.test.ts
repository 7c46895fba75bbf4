import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { checkpoint, NotFoundError, UnknownFlowError, wait } from '../../src/index.ts';
import { failure, never, type Process, processes, settled, waiting } from '../processes.ts';

/** One execution of every status, each a second after the one before it. */
async function everyStatus() {
  const all = processes();
  const first = all.start();
  const { reprise } = all.start();
  const begin = async (process: Process, id: string, program: () => Promise<unknown>) => {
    const handle = await process.reprise.flow(`flow of ${id}`, program).start(undefined, { id });
    await all.pass(1_000);
    return handle;
  };
  await begin(first, 'crashed', () => never());
  first.kill();
  const second: Process = { reprise, events: [], story: [], kill: () => {} };
  await begin(second, 'completed', async () => 1);
  const failed = await begin(second, 'failed', async () => {
    throw new Error('x');
  });
  await failure(failed.result());
  const parked = await begin(second, 'waiting', () => wait('approve'));
  await waiting(parked.result());
  await begin(second, 'running', () => never());
  const cancelled = await begin(second, 'cancelled', () => never());
  await cancelled.cancel();
  await failure(cancelled.result());
  await settled();
  return { all, reprise };
}

describe('list', () => {
  test('gives every execution with its status, the newest first', async () => {
    const { reprise } = await everyStatus();
    const found = await reprise.executions.list();
    expect(found.map(({ id, status }) => [id, status])).toEqual(
      ['cancelled', 'running', 'waiting', 'failed', 'completed', 'crashed'].map((status) => [status, status]),
    );
  });

  test('can be narrowed by status, by flow, by a number', async () => {
    const { reprise } = await everyStatus();
    for (const status of ['cancelled', 'running', 'waiting', 'failed', 'completed', 'crashed'] as const) {
      expect((await reprise.executions.list({ status })).map(({ id }) => id)).toEqual([status]);
    }
    expect((await reprise.executions.list({ flow: 'flow of failed' })).map(({ id }) => id)).toEqual(['failed']);
    expect((await reprise.executions.list({ limit: 2 })).map(({ id }) => id)).toEqual(['cancelled', 'running']);
    expect(await reprise.executions.list({ flow: 'flow of failed', status: 'completed' })).toEqual([]);
  });

  test('of an empty store is empty', async () => {
    expect(await processes().start().reprise.executions.list()).toEqual([]);
  });

  test('gives a hundred where no number is named, of as many as there are', async () => {
    const { reprise } = processes().start();
    const f = reprise.flow('f', async () => 1);
    for (let i = 0; i < 120; i++) await f();
    expect(await reprise.executions.list()).toHaveLength(100);
    expect(await reprise.executions.list({ limit: 1_000 })).toHaveLength(120);
  });

  test('tells times, calls, the waits and how the process was started', async () => {
    const { all, reprise } = await everyStatus();
    const [waitingOne] = await reprise.executions.list({ status: 'waiting' });
    expect(waitingOne).toMatchObject({
      flow: 'flow of waiting',
      version: undefined,
      createdAt: Date.UTC(2026, 0, 1) + 3_000,
      endedAt: undefined,
      parent: undefined,
      waits: [{ name: 'approve' }],
      calls: { made: 0, served: 0 },
      launch: { command: expect.arrayContaining(process.argv), directory: process.cwd(), host: hostname() },
    });
    const [completed] = await reprise.executions.list({ status: 'completed' });
    expect(completed?.endedAt).toBe(Date.UTC(2026, 0, 1) + 1_000);
    expect(all.now).toBeGreaterThan(completed?.endedAt as number);
  });
});

describe('get', () => {
  test('gives the input, the result, the calls and what was logged', async () => {
    const { reprise } = processes().start();
    const step = checkpoint('step', async (n: number) => ({ n }));
    const f = reprise.flow('f', async (input: { from: Date }) => [input.from, await step(1)]);
    const handle = await f.start({ from: new Date(5) }, { id: 'x' });
    await handle.result();
    expect(await reprise.executions.get('x')).toMatchObject({
      id: 'x',
      flow: 'f',
      status: 'completed',
      input: { from: new Date(5) },
      result: [new Date(5), { n: 1 }],
      journal: [{ kind: 'checkpoint', name: 'step', status: 'completed', input: [1], output: { n: 1 }, attempts: [] }],
      logs: [],
    });
  });

  test('of a failed one shows which call failed, and why', async () => {
    const { reprise } = processes().start();
    const step = checkpoint('step', async () => {
      throw new RangeError('too far');
    });
    const handle = await reprise.flow('f', () => step()).start(undefined, { id: 'x' });
    await failure(handle.result());
    const record = await reprise.executions.get('x');
    expect(record).toMatchObject({
      status: 'failed',
      result: undefined,
      error: { name: 'RangeError', message: 'too far' },
    });
    expect(record.journal[0]).toMatchObject({ status: 'failed', output: undefined });
    expect(record.journal[0]?.error).toBeInstanceOf(RangeError);
  });

  test('of an id that nobody has is NotFoundError, which says where to look', async () => {
    const error = await failure(processes().start().reprise.executions.get('nobody'));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error.message).toMatch(/no execution 'nobody'.*executions\.list\(\)/);
  });
});

describe('resume', () => {
  test('goes on with a crashed, a failed, an answered execution, by its id alone', async () => {
    const all = processes();
    const define = ({ reprise }: Process, mended: boolean) => ({
      crashes: reprise.flow('crashes', (_: string) => (mended ? Promise.resolve('went on') : never())),
      fails: reprise.flow('fails', async (_: string) => {
        if (!mended) throw new Error('x');
        return 'went on';
      }),
      waits: reprise.flow('waits', async (_: string) => `went on: ${await wait('approve')}`),
    });
    const first = all.start();
    const { crashes, fails, waits } = define(first, false);
    await crashes.start('input', { id: 'a' });
    await failure((await fails.start('input', { id: 'b' })).result());
    await waiting((await waits.start('input', { id: 'c' })).result());
    await settled();
    first.kill();

    const second = all.start();
    define(second, true);
    await second.reprise.waits.answer('c', 'approve', 'yes');
    const results = ['a', 'b', 'c'].map(async (id) => (await second.reprise.executions.resume(id)).result());
    expect(await Promise.all(results)).toEqual(['went on', 'went on', 'went on: yes']);
  });

  test('gives the input that the execution was started with', async () => {
    const all = processes();
    const first = all.start();
    await first.reprise.flow('f', (_: object) => never()).start({ topic: 'otters' }, { id: 'x' });
    first.kill();
    const second = all.start();
    second.reprise.flow('f', async (input: object) => input);
    expect(await (await second.reprise.executions.resume('x')).result()).toEqual({ topic: 'otters' });
  });

  test('of a completed one gives its result', async () => {
    const { reprise } = processes().start();
    await (await reprise.flow('f', async () => 7).start(undefined, { id: 'x' })).result();
    expect(await (await reprise.executions.resume('x')).result()).toBe(7);
  });

  test('of one that runs elsewhere is refused, and takes it with takeover', async () => {
    const all = processes();
    await all
      .start()
      .reprise.flow('f', () => never())
      .start(undefined, { id: 'x' });
    const { reprise } = all.start();
    reprise.flow('f', async () => 'taken');
    await expect(reprise.executions.resume('x')).rejects.toMatchObject({ code: 'REPRISE_EXECUTION_BUSY' });
    expect(await (await reprise.executions.resume('x', { takeover: true })).result()).toBe('taken');
  });

  test('of a flow that this process does not have says which ones it has', async () => {
    const all = processes();
    const first = all.start();
    await waiting((await first.reprise.flow('agent', () => wait('a')).start(undefined, { id: 'x' })).result());
    const { reprise } = all.start();
    reprise.flow('other', async () => 1);
    const error = await failure(reprise.executions.resume('x'));
    expect(error).toBeInstanceOf(UnknownFlowError);
    expect(error).toMatchObject({ flow: 'agent', message: expect.stringMatching(/no flow 'agent'; it has 'other'/) });
  });

  test('of an id that nobody has is NotFoundError', async () => {
    await expect(processes().start().reprise.executions.resume('nobody')).rejects.toThrow(NotFoundError);
  });
});

describe('delete', () => {
  test('removes everything of it, its children included, and nothing of others', async () => {
    const all = processes();
    const { reprise } = all.start();
    const big = checkpoint('big', async () => 'x'.repeat(100_000));
    const child = reprise.flow('child', async () => wait('approve'));
    const f = reprise.flow('f', async () => [await big(), await child()]);
    await waiting((await f.start(undefined, { id: 'other' })).result());
    await settled();
    const before = await all.driver.scan?.('', { limit: 1_000 });
    const { waits } = await waiting((await f.start(undefined, { id: 'x' })).result());
    await reprise.waits.answer(waits[0]?.execution as string, 'approve', 1);
    await settled();
    await reprise.executions.delete('x');
    expect(await all.driver.scan?.('', { limit: 1_000 })).toEqual(before);
    await expect(reprise.executions.get('x')).rejects.toThrow(NotFoundError);
  });

  test('is refused while it runs, here or elsewhere', async () => {
    const all = processes();
    const { reprise } = all.start();
    await reprise.flow('f', () => never()).start(undefined, { id: 'x' });
    for (const { executions } of [reprise, all.start().reprise]) {
      await expect(executions.delete('x')).rejects.toMatchObject({
        code: 'REPRISE_STATE',
        message: expect.stringContaining("executions.cancel('x')"),
      });
    }
  });

  test('lets the id be used again, for another input', async () => {
    const { reprise } = processes().start();
    const f = reprise.flow('f', async (n: number) => n);
    await (await f.start(1, { id: 'x' })).result();
    await settled();
    await reprise.executions.delete('x');
    expect(await (await f.start(2, { id: 'x' })).result()).toBe(2);
  });

  test('of more segments than a page removes them all', async () => {
    const all = processes();
    const { reprise } = all.start();
    const step = checkpoint('step', async (n: number) => n);
    const f = reprise.flow('f', async () => {
      for (let n = 0; n < 600; n++) await step(n);
    });
    await (await f.start(undefined, { id: 'x' })).result();
    await settled();
    await reprise.executions.delete('x');
    expect(await all.driver.scan?.('', { limit: 10 })).toEqual([]);
  });
});
