import { describe, expect, test } from 'vitest';
import { call, carryFailure } from '../../src/adapter.ts';
import { checkpoint, WaitRejectedError } from '../../src/index.ts';
import { never, type Process, processes, settled } from '../processes.ts';

class Refused extends Error {
  override readonly name = 'Refused';
  readonly code = 'E_REFUSED';
  readonly details: object;
  constructor(details: object) {
    super('refused');
    this.details = details;
  }
}

test('an error that the program caught and survived is thrown again at the same place, and the body is not run', async () => {
  const all = processes();
  let bodies = 0;
  const pay = checkpoint('pay', async () => {
    bodies++;
    throw new Refused({ limit: 5 });
  });
  const log = checkpoint('log', async (text: string) => text);
  const program = (hang: boolean) => async () => {
    try {
      await pay();
    } catch (error) {
      const { name, message, code, details } = error as Refused;
      const path = await log(`${name} ${message} ${code} ${JSON.stringify(details)}`);
      if (hang) await never();
      return path;
    }
    return 'paid';
  };
  const first = all.start();
  await first.reprise.flow('f', program(true)).start(undefined, { id: 'x' });
  await settled();
  first.kill();
  const second = all.start();
  const handle = await second.reprise.flow('f', program(false)).start(undefined, { id: 'x' });
  expect(await handle.result()).toBe('Refused refused E_REFUSED {"limit":5}');
  expect(bodies).toBe(1);
  expect(second.story).toEqual(['resumed', 'served pay', 'served log', 'completed']);
});

test('an error that ended the flow is not final: the call is made again when the execution goes on', async () => {
  const { reprise } = processes().start();
  let bodies = 0;
  const flaky = checkpoint('flaky', async () => {
    if (++bodies === 1) throw new Error('down');
    return 'up';
  });
  const f = reprise.flow('f', () => flaky());
  await expect((await f.start(undefined, { id: 'x' })).result()).rejects.toThrow('down');
  expect(await (await f.start(undefined, { id: 'x' })).result()).toBe('up');
  const { journal } = await reprise.executions.get('x');
  expect(journal).toHaveLength(1);
  expect(journal[0]).toMatchObject({ status: 'completed', output: 'up', error: undefined });
});

test('an error that was caught with no call after it is tried again, too', async () => {
  const { reprise } = processes().start();
  let bodies = 0;
  const flaky = checkpoint('flaky', async () => {
    bodies++;
    throw new Error('down');
  });
  const f = reprise.flow('f', async () => {
    await flaky().catch(() => {});
    if (bodies < 2) throw new Error('stop');
    return 'went on';
  });
  await expect((await f.start(undefined, { id: 'x' })).result()).rejects.toThrow('stop');
  expect(await (await f.start(undefined, { id: 'x' })).result()).toBe('went on');
  expect(bodies).toBe(2);
});

test('of two calls that failed, the one that was survived stays failed and the last one is tried again', async () => {
  const { reprise } = processes().start();
  const bodies: string[] = [];
  let isUp = false;
  const primary = checkpoint('primary', async () => {
    bodies.push('primary');
    throw new Error('primary is down');
  });
  const fallback = checkpoint('fallback', async () => {
    bodies.push('fallback');
    if (!isUp) throw new Error('fallback is down');
    return 'from the fallback';
  });
  const f = reprise.flow('f', () => primary().catch(() => fallback()));
  await expect((await f.start(undefined, { id: 'x' })).result()).rejects.toThrow('fallback is down');
  isUp = true;
  expect(await (await f.start(undefined, { id: 'x' })).result()).toBe('from the fallback');
  expect(bodies).toEqual(['primary', 'fallback', 'fallback']);
});

test('an error keeps its cause and the errors that it stands for', async () => {
  const { served } = await caughtAgain(
    new AggregateError([new TypeError('one'), new RangeError('two')], 'all failed', { cause: new URIError('deep') }),
  );
  expect(served).toBeInstanceOf(AggregateError);
  const error = served as AggregateError;
  expect(error.message).toBe('all failed');
  expect(error.errors[0]).toBeInstanceOf(TypeError);
  expect(error.errors[1]).toBeInstanceOf(RangeError);
  expect(error.cause).toBeInstanceOf(URIError);
});

test('an error of Reprise keeps its class', async () => {
  const { served } = await caughtAgain(new WaitRejectedError('approve', 'no', 'ada'));
  expect(served).toBeInstanceOf(WaitRejectedError);
  expect(WaitRejectedError.isInstance(served)).toBe(true);
  expect(served).toMatchObject({ code: 'REPRISE_WAIT_REJECTED', wait: 'approve', by: 'ada' });
});

test('what is thrown and is no error comes back as it was', async () => {
  expect(await caughtAgain('a string')).toMatchObject({ served: 'a string' });
  expect(await caughtAgain({ code: 7 })).toMatchObject({ served: { code: 7 } });
  expect(await caughtAgain(undefined)).toMatchObject({ served: undefined });
});

test('an error that cannot be stored whole keeps what can be', async () => {
  const error = Object.assign(new Error('lost the connection'), { socket: { write() {} }, status: 502 });
  const { served } = await caughtAgain(error);
  expect(served).toMatchObject({ message: 'lost the connection', status: 502 });
  expect(served).not.toHaveProperty('socket');
});

test('what is thrown and cannot be stored at all still fails the call, as text', async () => {
  const { live, served } = await caughtAgain(() => 'a function');
  expect(live).toBeTypeOf('function');
  expect(served).toBeInstanceOf(Error);
});

test('what is thrown and can neither be stored nor turned into a string fails the call with itself', async () => {
  const thrown = Object.assign(Object.create(null), { code: 7, send() {} });
  const { live, served } = await caughtAgain(thrown);
  expect(live).toBe(thrown);
  expect(served).toMatchObject({ message: expect.stringContaining('code: 7') });
});

/** What a program catches when the call is made, and when its failure is served. */
async function caughtAgain(thrown: unknown): Promise<{ live: unknown; served: unknown }> {
  const all = processes();
  const fail = checkpoint('fail', async () => {
    throw thrown;
  });
  const after = checkpoint('after', async () => 1);
  const caught: unknown[] = [];
  const define = ({ reprise }: Process, hang: boolean) =>
    reprise.flow('f', async () => {
      await fail().catch((error) => caught.push(error));
      await after();
      if (hang) await never();
    });
  const first = all.start();
  await define(first, true).start(undefined, { id: 'x' });
  await settled();
  first.kill();
  const second = all.start();
  await (await define(second, false).start(undefined, { id: 'x' })).result();
  expect(second.story).toContain('served fail');
  return { live: caught[0], served: caught[1] };
}

describe('a failure over which the execution failed is tried again', () => {
  test('although another branch went on beside it', async () => {
    const { reprise } = processes().start();
    let isUp = false;
    const flaky = checkpoint('flaky', async () => {
      if (!isUp) throw new Error('down');
      return 'up';
    });
    const step = checkpoint('step', async (name: string) => name);
    const f = reprise.flow('f', async () => {
      const slow = step('one').then(async (one) => [one, await step('two'), await step('three')]);
      // Its own failure is seen before the other branch goes on.
      return Promise.all([flaky(), slow]).catch(async (error) => {
        await slow;
        throw new Error('no dinner', { cause: error });
      });
    });
    await expect((await f.start(undefined, { id: 'x' })).result()).rejects.toThrow('no dinner');
    isUp = true;
    expect(await (await f.start(undefined, { id: 'x' })).result()).toEqual(['up', ['one', 'two', 'three']]);
  });

  test.each([
    ['which has in it what the failure was carried into', true, 'up'],
    ['of which nothing tells where it comes from, is not', false, 'Error: no answer'],
  ])('a framework made an error of its own, %s', async (_, isCarried, then) => {
    const { reprise } = processes().start();
    let isUp = false;
    const body = () => (isUp ? 'up' : Promise.reject(new Error('down')));
    const ask = () =>
      call({ kind: 'llm', name: 'ask', input: 1, run: body }).catch((error) => {
        const answer = { status: 503 };
        if (isCarried) carryFailure(error, answer);
        throw Object.assign(new Error('no answer'), { answer });
      });
    const later = checkpoint('later', async () => 1);
    const f = reprise.flow('f', async () => {
      const [asked] = await Promise.allSettled([ask()]);
      await later();
      if (asked.status === 'rejected') throw asked.reason;
      return asked.value;
    });
    await expect((await f.start(undefined, { id: 'x' })).result()).rejects.toThrow('no answer');
    isUp = true;
    expect(await (await f.start(undefined, { id: 'x' })).result().catch(String)).toBe(then);
  });

  test('with each of the others that it failed over', async () => {
    const { reprise } = processes().start();
    let isUp = false;
    const ask = checkpoint('ask', async (whom: string) => {
      if (!isUp) throw new Error(`${whom} is down`);
      return whom;
    });
    const later = checkpoint('later', async () => 'later');
    const f = reprise.flow('f', async () => {
      const asked = await Promise.allSettled(['one', 'two', 'three'].map((whom) => ask(whom)));
      await later();
      const errors = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
      if (errors.length > 0) throw new AggregateError(errors, 'nobody answers');
      return asked.map((one) => one.status === 'fulfilled' && one.value);
    });
    await expect((await f.start(undefined, { id: 'x' })).result()).rejects.toThrow('nobody answers');
    isUp = true;
    expect(await (await f.start(undefined, { id: 'x' })).result()).toEqual(['one', 'two', 'three']);
  });

  test('inside of a call that failed with it', async () => {
    const { reprise } = processes().start();
    let isUp = false;
    const inner = checkpoint('inner', async () => {
      if (!isUp) throw new Error('down');
      return 'up';
    });
    const after = checkpoint('after', async () => 'after');
    const outer = checkpoint('outer', async () => {
      try {
        return await inner();
      } catch (error) {
        await after();
        throw error;
      }
    });
    const f = reprise.flow('f', () => outer());
    await expect((await f.start(undefined, { id: 'x' })).result()).rejects.toThrow('down');
    isUp = true;
    expect(await (await f.start(undefined, { id: 'x' })).result()).toBe('up');
  });

  test('each time that it fails over it, and not any more once it was got over', async () => {
    const { reprise } = processes().start();
    let bodies = 0;
    const flaky = checkpoint('flaky', async () => {
      bodies++;
      throw new Error('down');
    });
    const step = checkpoint('step', async () => 'done');
    let isMended = false;
    let isBroken = true;
    const f = reprise.flow('f', async () => {
      const error = await flaky().catch((caught) => caught as Error);
      await step();
      if (!isMended) throw error;
      await step();
      if (isBroken) throw new Error('broken');
      return 'went on';
    });
    const run = async () => (await f.start(undefined, { id: 'x' })).result();
    await expect(run()).rejects.toThrow('down');
    await expect(run()).rejects.toThrow('down');
    expect(bodies).toBe(2);
    isMended = true;
    await expect(run()).rejects.toThrow('broken');
    isBroken = false;
    expect(await run()).toBe('went on');
    expect(bodies).toBe(3);
  });
});

test('an error whose message is no text is recorded, and told of in the status', async () => {
  for (const message of [10n, { code: 5 }, Object.create(null)]) {
    const all = processes();
    const { reprise } = all.start();
    const pay = checkpoint('pay', async () => {
      throw Object.assign(new Error('x'), { message });
    });
    const handle = await reprise.flow('f', async () => pay()).start(undefined, { id: 'x' });
    await expect(handle.result()).rejects.toMatchObject({ message });
    await settled();
    const { status, error, failure } = await all.start().reprise.executions.get('x');
    expect([status, typeof error?.message]).toEqual(['failed', 'string']);
    expect(failure).toMatchObject({ message });
  }
});

test('an execution that fails over an error with a field that cannot be read has failed, with that error', async () => {
  const { reprise } = processes().start();
  const broken = Object.defineProperty(new Error('no answer'), 'body', {
    enumerable: true,
    get: () => {
      throw new Error('it was read already');
    },
  });
  const f = reprise.flow('f', () => Promise.reject(broken));
  await expect((await f.start(undefined, { id: 'x' })).result()).rejects.toBe(broken);
  await settled();
  expect(await reprise.executions.get('x')).toMatchObject({ status: 'failed', error: { message: 'no answer' } });
});
