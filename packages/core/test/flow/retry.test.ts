import { describe, expect, test } from 'vitest';
import { type CheckpointOptions, checkpoint, current, FencedError, WaitingError, wait } from '../../src/index.ts';
import { longerThanGrace, type Process, processes, settled } from '../processes.ts';

/** Runs a checkpoint that fails so many times, and tells when each attempt was made. */
async function attemptsOf(
  options: CheckpointOptions<[]>,
  failures: number,
  errorOf = (n: number) => new Error(`#${n}`),
) {
  const all = processes();
  const { reprise } = all.start();
  const began = all.now;
  const at: number[] = [];
  const flaky = checkpoint(
    'flaky',
    async () => {
      at.push(all.now - began);
      if (at.length <= failures) throw errorOf(at.length);
      return 'up';
    },
    options,
  );
  const handle = await reprise.flow('f', () => flaky()).start(undefined);
  const result = handle.result().then(
    (value) => ({ value }),
    (error: Error) => ({ error: error.message }),
  );
  await all.pass(600_000);
  const { journal } = await reprise.executions.get(handle.id);
  return { at, ...(await result), call: journal[0] };
}

test('without a policy a call is made once', async () => {
  expect(await attemptsOf({}, 1)).toMatchObject({ at: [0], error: '#1', call: { status: 'failed', attempts: [] } });
});

test('a number is a policy of so many attempts', async () => {
  expect(await attemptsOf({ retry: 3 }, 2)).toMatchObject({ value: 'up', at: { length: 3 } });
});

test('when all attempts have failed, the last error is the outcome', async () => {
  expect(await attemptsOf({ retry: { attempts: 2, jitter: 0 } }, 5)).toMatchObject({ error: '#2', at: [0, 500] });
});

test('the pauses grow by the factor, up to the longest', async () => {
  const retry = { attempts: 5, backoff: 1_000, factor: 3, maxBackoff: 5_000, jitter: 0 };
  expect((await attemptsOf({ retry }, 4)).at).toEqual([0, 1_000, 4_000, 9_000, 14_000]);
});

test('jitter shortens a pause by no more than its share, and not always by the same', async () => {
  const pauses = new Set<number>();
  for (let i = 0; i < 20; i++) {
    const { at } = await attemptsOf({ retry: { attempts: 2, backoff: 1_000, jitter: 0.5 } }, 1);
    pauses.add(at[1] as number);
  }
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(500);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(1_000);
  expect(pauses.size).toBeGreaterThan(1);
});

test('retryOn decides after each attempt, and is told the error and the attempt', async () => {
  const asked: unknown[] = [];
  const retry = {
    attempts: 9,
    jitter: 0,
    retryOn: (error: unknown, attempt: number) => {
      asked.push([(error as Error).message, attempt]);
      return attempt < 2;
    },
  };
  expect(await attemptsOf({ retry }, 9)).toMatchObject({ error: '#2', at: { length: 2 } });
  expect(asked).toEqual([
    ['#1', 1],
    ['#2', 2],
  ]);
});

test('every attempt is recorded, with its error, its time and how long it took', async () => {
  const { call } = await attemptsOf({ retry: { attempts: 3, jitter: 0 } }, 2, (n) => new TypeError(`bad ${n}`));
  const start = call?.startedAt as number;
  expect(call?.attempts).toEqual([
    { at: start, milliseconds: 0, error: { name: 'TypeError', message: 'bad 1' } },
    { at: start + 500, milliseconds: 0, error: { name: 'TypeError', message: 'bad 2' } },
    { at: start + 1_500, milliseconds: 0 },
  ]);
  expect(call).toMatchObject({ status: 'completed', output: 'up', error: undefined });
});

test('the body is told which attempt it is', async () => {
  const all = processes();
  const { reprise } = all.start();
  const seen: unknown[] = [];
  const flaky = checkpoint(
    'flaky',
    async () => {
      seen.push(current().call?.attempt);
      if (seen.length < 3) throw new Error('again');
    },
    { retry: 3 },
  );
  const handle = await reprise.flow('f', () => flaky()).start(undefined);
  await all.pass(60_000);
  await handle.result();
  expect(seen).toEqual([1, 2, 3]);
});

test('each attempt makes its inner calls afresh', async () => {
  const all = processes();
  const { reprise } = all.start();
  let inners = 0;
  const inner = checkpoint('inner', async () => ++inners);
  const outer = checkpoint(
    'outer',
    async () => {
      const n = await inner();
      if (n < 2) throw new Error('bad luck');
      return n;
    },
    { retry: 2 },
  );
  const handle = await reprise.flow('f', () => outer()).start(undefined);
  await all.pass(60_000);
  expect(await handle.result()).toBe(2);
});

describe('a crash between two attempts', () => {
  test('the call starts over with its first attempt', async () => {
    const all = processes();
    const attempts: unknown[] = [];
    const flaky = checkpoint(
      'flaky',
      async () => {
        attempts.push(current().call?.attempt);
        if (attempts.length < 3) throw new Error('again');
        return 'up';
      },
      { retry: { attempts: 2, jitter: 0 } },
    );
    const define = ({ reprise }: Process) => reprise.flow('f', () => flaky());
    const first = all.start();
    await define(first).start(undefined, { id: 'x' });
    await settled();
    first.kill();
    const handle = await define(all.start()).start(undefined, { id: 'x' });
    await all.pass(60_000);
    expect(await handle.result()).toBe('up');
    expect(attempts).toEqual([1, 1, 2]);
  });
});

describe('a timeout', () => {
  test('fails the attempt, and aborts its signal with the same error', async () => {
    const all = processes();
    const { reprise } = all.start();
    let signal: AbortSignal | undefined;
    const slow = checkpoint(
      'slow',
      async () => {
        signal = current().signal;
        await new Promise(() => {});
      },
      { timeout: '2 seconds' },
    );
    const handle = await reprise.flow('f', () => slow()).start(undefined);
    const failure = handle.result().catch((error) => error);
    await all.pass(1_999);
    expect(signal?.aborted).toBe(false);
    await all.pass(1);
    expect(await failure).toMatchObject({
      code: 'REPRISE_TIMEOUT',
      message: "Checkpoint 'slow' took longer than its timeout of 2000 ms.",
    });
    expect(signal?.reason).toBe(await failure);
  });

  test('is an outcome of its own even where the body turns the signal into an AbortError', async () => {
    const all = processes();
    const { reprise } = all.start();
    const slow = checkpoint(
      'slow',
      () => {
        const { signal } = current();
        return new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => reject(new DOMException('This operation was aborted', 'AbortError')));
        });
      },
      { timeout: 1_000 },
    );
    const handle = await reprise.flow('f', () => slow()).start(undefined);
    const failure = handle.result().catch((error) => error);
    await all.pass(1_000);
    expect(await failure).toMatchObject({ code: 'REPRISE_TIMEOUT' });
    expect((await reprise.executions.get(handle.id)).journal[0]).toMatchObject({ status: 'failed' });
  });

  test('holds for each attempt, and is tried again like any failure', async () => {
    const all = processes();
    const { reprise } = all.start();
    let bodies = 0;
    const slow = checkpoint(
      'slow',
      async () => {
        if (++bodies === 1) await new Promise(() => {});
        return 'up';
      },
      { timeout: 1_000, retry: { attempts: 2, jitter: 0, backoff: 100 } },
    );
    const handle = await reprise.flow('f', () => slow()).start(undefined);
    await all.pass(1_100);
    expect(await handle.result()).toBe('up');
    const [call] = (await reprise.executions.get(handle.id)).journal;
    expect(call?.attempts[0]).toMatchObject({ milliseconds: 1_000, error: { name: 'CheckpointTimeoutError' } });
  });

  test('does not keep a later run of the same id waiting for a body that goes on for ever', async () => {
    const all = processes();
    const { reprise } = all.start();
    let bodies = 0;
    const slow = checkpoint(
      'slow',
      async () => {
        if (++bodies === 1) await new Promise(() => {});
        return 'up';
      },
      { timeout: 1_000 },
    );
    const f = reprise.flow('f', () => slow());
    const failed = (await f.start(undefined, { id: 'x' })).result().catch((error) => error);
    await all.pass(1_000);
    expect(await failed).toMatchObject({ code: 'REPRISE_TIMEOUT' });
    const again = f.start(undefined, { id: 'x' }).then((handle) => handle.result());
    await all.pass(1_000);
    expect(await Promise.race([again, settled().then(() => 'still waiting')])).toBe('up');
  });
});

describe('between two attempts', () => {
  async function pausing() {
    const all = processes();
    const { reprise, story } = all.start();
    let bodies = 0;
    const flaky = checkpoint(
      'flaky',
      async () => {
        if (++bodies < 2) throw new Error('again');
        return 'up';
      },
      { retry: { attempts: 3, backoff: 10_000, jitter: 0 } },
    );
    return { all, reprise, story, flaky, bodies: () => bodies };
  }

  test('the execution is not parked, whatever else waits', async () => {
    const { all, reprise, story, flaky } = await pausing();
    const handle = await reprise.flow('f', () => Promise.all([flaky(), wait('approve')])).start(undefined);
    await longerThanGrace();
    expect(await handle.status()).toBe('running');
    await all.pass(10_000);
    await expect(handle.result()).rejects.toThrow(WaitingError);
    expect(story).toEqual(['started', 'made flaky', 'waiting']);
  });

  test('a cancelled execution makes no further attempt', async () => {
    const { all, reprise, flaky, bodies } = await pausing();
    const handle = await reprise.flow('f', () => flaky()).start(undefined);
    await settled();
    await handle.cancel();
    await all.pass(60_000);
    expect(bodies()).toBe(1);
    expect(await handle.status()).toBe('cancelled');
  });

  test('an execution that was taken over makes no further attempt, and records no failure', async () => {
    const { all, reprise, flaky, bodies } = await pausing();
    const handle = await reprise.flow('f', () => flaky()).start(undefined, { id: 'x' });
    await settled();
    const second = all.start();
    const taken = second.reprise.flow('f', () => wait('approve'));
    await expect((await taken.start(undefined, { id: 'x', takeover: true })).result()).rejects.toThrow(WaitingError);
    await all.pass(60_000);
    expect(bodies()).toBe(1);
    await expect(handle.result()).rejects.toThrow(FencedError);
  });
});

test('a body that goes on after its timeout does not keep the execution from being parked', async () => {
  const all = processes();
  const { reprise } = all.start();
  const slow = checkpoint('slow', () => new Promise<never>(() => {}), { timeout: 1_000 });
  const handle = await reprise
    .flow('f', async () => {
      await slow().catch(() => {});
      await wait('approve');
    })
    .start(undefined);
  await all.pass(1_000);
  await expect(handle.result()).rejects.toThrow(WaitingError);
});
