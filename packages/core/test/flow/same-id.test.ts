import { describe, expect, test } from 'vitest';
import { checkpoint, ExecutionBusyError, InputMismatchError, WaitingError, wait } from '../../src/index.ts';
import { failure, gate, never, processes, settled } from '../processes.ts';

test('of a completed execution, the recorded result comes back and the function is not run', async () => {
  const { reprise } = processes().start();
  let runs = 0;
  const count = reprise.flow('count', async (_: string) => ({ run: ++runs }));
  await (await count.start('a', { id: 'x' })).result();
  expect(await (await count.start('a', { id: 'x' })).result()).toEqual({ run: 1 });
  expect(runs).toBe(1);
});

test('of a completed execution, another process gives the recorded result, too', async () => {
  const all = processes();
  const define = ({ reprise }: ReturnType<typeof all.start>, value: string) => reprise.flow('f', async () => value);
  await (await define(all.start(), 'first').start(undefined, { id: 'x' })).result();
  expect(await (await define(all.start(), 'second').start(undefined, { id: 'x' })).result()).toBe('first');
});

test('a failed execution goes on, and what had succeeded is not made again', async () => {
  const { reprise } = processes().start();
  const made: string[] = [];
  let broken = true;
  const pay = checkpoint('pay', async () => made.push('pay'));
  const ship = checkpoint('ship', async () => {
    made.push('ship');
    if (broken) throw new Error('no truck');
  });
  const order = reprise.flow('order', async () => {
    await pay();
    await ship();
    return 'shipped';
  });
  await expect((await order.start(undefined, { id: 'x' })).result()).rejects.toThrow('no truck');
  broken = false;
  expect(await (await order.start(undefined, { id: 'x' })).result()).toBe('shipped');
  expect(made).toEqual(['pay', 'ship', 'ship']);
  expect(await reprise.executions.get('x')).toMatchObject({ status: 'completed', error: undefined });
});

test('a crashed execution goes on in another process under the same id', async () => {
  const all = processes();
  const made: string[] = [];
  const pay = checkpoint('pay', async () => made.push('pay'));
  const program = (hang: boolean) => async () => {
    await pay();
    if (hang) await never();
    return 'shipped';
  };
  const first = all.start();
  await first.reprise.flow('order', program(true)).start(undefined, { id: 'x' });
  await settled();
  first.kill();

  const second = all.start();
  const handle = await second.reprise.flow('order', program(false)).start(undefined, { id: 'x' });
  expect(await handle.result()).toBe('shipped');
  expect(made).toEqual(['pay']);
  expect(second.story).toEqual(['resumed', 'served pay', 'completed']);
});

test('a waiting execution that was answered goes on', async () => {
  const { reprise } = processes().start();
  const ask = reprise.flow('ask', async () => wait<number>('how many'));
  await expect((await ask.start(undefined, { id: 'x' })).result()).rejects.toThrow(WaitingError);
  await reprise.waits.answer('x', 'how many', 3);
  expect(await (await ask.start(undefined, { id: 'x' })).result()).toBe(3);
});

test('a waiting execution that was not answered waits again', async () => {
  const { reprise } = processes().start();
  const ask = reprise.flow('ask', async () => wait('how many'));
  await expect((await ask.start(undefined, { id: 'x' })).result()).rejects.toThrow(WaitingError);
  await expect((await ask.start(undefined, { id: 'x' })).result()).rejects.toThrow(WaitingError);
  expect(await reprise.executions.get('x')).toMatchObject({ status: 'waiting' });
});

test('what this process is running is joined: the function runs once, and both callers get its result', async () => {
  const { reprise } = processes().start();
  const open = gate<string>();
  let runs = 0;
  const slow = reprise.flow('slow', async () => {
    runs++;
    return open.promise;
  });
  const [one, two] = await Promise.all([slow.start(undefined, { id: 'x' }), slow.start(undefined, { id: 'x' })]);
  const three = await slow.start(undefined, { id: 'x' });
  open.resolve('done');
  expect(await Promise.all([one.result(), two.result(), three.result()])).toEqual(['done', 'done', 'done']);
  expect(runs).toBe(1);
});

describe('while another process runs it', () => {
  async function runningElsewhere() {
    const all = processes();
    const first = all.start({ lease: 30_000 });
    const second = all.start({ lease: 30_000 });
    const open = gate<string>();
    const slow = first.reprise.flow('slow', async () => open.promise);
    const handle = await slow.start(undefined, { id: 'x' });
    const other = second.reprise.flow('slow', async () => 'the other one');
    return { all, first, second, open, handle, other };
  }

  test('it is busy, and the error says who has it and how to take it', async () => {
    const { other } = await runningElsewhere();
    const error = await failure(other.start(undefined, { id: 'x' }));
    expect(error).toBeInstanceOf(ExecutionBusyError);
    expect(error).toMatchObject({ code: 'REPRISE_EXECUTION_BUSY', execution: 'x' });
    expect(error.message).toMatch(/process \d+ on test.*takeover: true/s);
  });

  test('it stays busy for as long as its process renews the lease', async () => {
    const { all, other } = await runningElsewhere();
    await all.pass(120_000);
    await expect(other.start(undefined, { id: 'x' })).rejects.toThrow(ExecutionBusyError);
  });

  test('it is free at once when its process is gone from this machine', async () => {
    const { first, other } = await runningElsewhere();
    first.kill();
    expect(await (await other.start(undefined, { id: 'x' })).result()).toBe('the other one');
  });

  test('it is free when its machine is out of reach and the lease has run out', async () => {
    const all = processes();
    const first = all.start({ lease: 30_000 }, 'far away');
    await first.reprise.flow('slow', () => never()).start(undefined, { id: 'x' });
    first.kill();
    const other = all.start().reprise.flow('slow', async () => 'the other one');
    await expect(other.start(undefined, { id: 'x' })).rejects.toThrow(/process \d+ on far.*lease ends in 30 s/s);
    await all.pass(29_999);
    await expect(other.start(undefined, { id: 'x' })).rejects.toThrow(ExecutionBusyError);
    await all.pass(1);
    expect(await (await other.start(undefined, { id: 'x' })).result()).toBe('the other one');
  });

  test('takeover takes it, and the former owner stops with FencedError at its next call', async () => {
    const all = processes();
    const first = all.start();
    const open = gate();
    const after = checkpoint('after', async () => 'too late');
    const handle = await first.reprise
      .flow('slow', async () => {
        await open.promise;
        return after();
      })
      .start(undefined, { id: 'x' });
    const other = all.start().reprise.flow('slow', async () => 'taken');
    expect(await (await other.start(undefined, { id: 'x', takeover: true })).result()).toBe('taken');
    open.resolve();
    await expect(handle.result()).rejects.toMatchObject({ code: 'REPRISE_FENCED', execution: 'x' });
    expect(await handle.status()).toBe('completed');
  });
});

test('the same id with another input is refused before anything runs', async () => {
  const { reprise } = processes().start();
  let runs = 0;
  const echo = reprise.flow('echo', async (input: { a: number; b?: number }) => {
    runs++;
    return input;
  });
  await (await echo.start({ a: 1, b: 2 }, { id: 'x' })).result();
  const error = await failure(echo.start({ a: 2, b: 2 }, { id: 'x' }));
  expect(error).toBeInstanceOf(InputMismatchError);
  expect(error.message).toMatch(/another input.*Choose another id.*executions.resume\('x'\)/s);
  expect(runs).toBe(1);
});

test('an input is the same whatever the order of its keys, and whether a missing key is written as undefined', async () => {
  const { reprise } = processes().start();
  const echo = reprise.flow('echo', async (input: object) => input);
  await (await echo.start({ a: 1, b: 2 }, { id: 'x' })).result();
  expect(await (await echo.start({ b: 2, c: undefined, a: 1 }, { id: 'x' })).result()).toEqual({ a: 1, b: 2 });
});

test('another input is refused while this process runs the execution, too', async () => {
  const { reprise } = processes().start();
  const open = gate();
  const slow = reprise.flow('slow', async (_: string) => open.promise);
  const handle = await slow.start('a', { id: 'x' });
  await expect(slow.start('b', { id: 'x' })).rejects.toThrow(InputMismatchError);
  open.resolve();
  await handle.result();
});

test('the id of an execution of another flow is refused, and the message names both flows', async () => {
  const { reprise } = processes().start();
  const one = reprise.flow('one', async () => 1);
  const two = reprise.flow('two', async () => 2);
  await (await one.start(undefined, { id: 'x' })).result();
  const error = await failure(two.start(undefined, { id: 'x' }));
  expect(error).toBeInstanceOf(InputMismatchError);
  expect(error.message).toMatch(/'one'.*'two'/s);
});

test('two processes that start the same new id at once run it once: the other is told that it is busy', async () => {
  const all = processes();
  let runs = 0;
  const open = gate<string>();
  const starts = [all.start(), all.start()].map(({ reprise }) => {
    const slow = reprise.flow('slow', async () => {
      runs++;
      return open.promise;
    });
    return slow.start(undefined, { id: 'x' });
  });
  const settledStarts = await Promise.allSettled(starts);
  expect(settledStarts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const refused = settledStarts.find((start) => start.status === 'rejected');
  expect(refused?.reason).toBeInstanceOf(ExecutionBusyError);
  open.resolve('done');
  await settled();
  expect(runs).toBe(1);
});

test('any text may be an id, and no two of them meet', async () => {
  const { reprise } = processes().start();
  const echo = reprise.flow('echo', async (text: string) => text);
  const ids = ['Order 7/ä', 'order 7/ä', 'ORDER-7', 'order-7', '~', '../x', 'a'.repeat(200), 'a'.repeat(199)];
  for (const id of ids) await (await echo.start(`input of ${id}`, { id })).result();
  for (const id of ids) expect(await reprise.executions.get(id)).toMatchObject({ id, result: `input of ${id}` });
});
