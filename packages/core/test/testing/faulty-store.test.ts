import { describe, expect, test } from 'vitest';
import { type Driver, memoryDriver } from '../../src/store.ts';
import { type Fault, fakeWorld, faultyStore } from '../../src/testing.ts';

function over(...faults: Fault[]) {
  const driver = memoryDriver();
  return { driver, store: faultyStore(driver, faults) };
}

/** Whether a promise is still open after everything that needs no time. */
async function isOpen(promise: Promise<unknown>): Promise<boolean> {
  const open = Symbol('open');
  const turn = new Promise((resolve) => setImmediate(resolve, open));
  return (await Promise.race([promise, turn])) === open;
}

describe('a faulty store', () => {
  test('without faults does what its driver does', async () => {
    const { driver, store } = over();
    await store.set('a', '1');
    expect(await store.putIfAbsent?.('a', '2')).toBe(false);
    expect(await store.putIfAbsent?.('b', '2')).toBe(true);
    expect(await store.getMany(['a', 'b', 'c'])).toEqual(['1', '2', undefined]);
    expect(await store.scan?.('', { limit: 1 })).toEqual([{ key: 'a', value: '1' }]);
    expect(await store.keys?.('b')).toEqual(['b']);
    await store.deleteMany(['a']);
    expect(await driver.getMany(['a', 'b'])).toEqual([undefined, '2']);
    expect(store).toMatchObject({ name: 'memory:', honest: true });
    expect(await store.warnings?.()).toHaveLength(1);
  });

  test('can do no more than its driver', () => {
    const { getMany, set, deleteMany } = memoryDriver();
    const minimal: Driver = { name: 'minimal', getMany, set, deleteMany };
    const store = faultyStore(minimal);
    expect(Object.keys(store)).not.toContain('putIfAbsent');
    expect([store.honest, store.scan, store.keys, store.warnings, store.close]).toEqual(Array(5).fill(undefined));
  });

  test('writes down what was asked, and what went wrong with it', async () => {
    const { store } = over({ fault: 'fail', on: 'set' });
    await store.set('a', '1').catch(() => {});
    await store.getMany(['a', 'b']);
    store.disconnect();
    await store.scan?.('a', { limit: 1 }).catch(() => {});
    expect(store.requests).toEqual([
      { operation: 'set', keys: ['a'], met: 'fail' },
      { operation: 'getMany', keys: ['a', 'b'], met: undefined },
      { operation: 'scan', keys: ['a'], met: 'disconnected' },
    ]);
  });

  test('refuses everything while it is disconnected, and nothing once it is healed', async () => {
    const { store } = over();
    await store.set('a', '1');
    store.disconnect();
    await expect(store.getMany(['a'])).rejects.toThrow('the connection is lost');
    await expect(store.set('a', '2')).rejects.toThrow('the connection is lost');
    store.heal();
    expect(await store.getMany(['a'])).toEqual(['1']);
  });

  test('loses a key for good', async () => {
    const { store } = over();
    await store.set('a', '1');
    await store.lose('a');
    expect(await store.getMany(['a'])).toEqual([undefined]);
  });

  test('lets go of its faults when it is healed', async () => {
    const { store } = over({ fault: 'fail' });
    await expect(store.set('a', '1')).rejects.toThrow('the store refuses');
    store.heal();
    await store.set('a', '1');
    store.plan({ fault: 'fail', on: 'read' });
    await expect(store.getMany(['a'])).rejects.toThrow('the store refuses');
  });
});

describe('a fault', () => {
  test('is met by the requests that it was planned for, and no others', async () => {
    const { store } = over(
      { fault: 'fail', on: 'putIfAbsent' },
      { fault: 'fail', on: 'read', key: /^private/g },
      { fault: 'fail', on: 'write', key: 'bad' },
    );
    await store.set('a', '1');
    await store.getMany(['a']);
    await expect(store.putIfAbsent?.('a', '1')).rejects.toThrow();
    for (let i = 0; i < 2; i++) await expect(store.getMany(['a', 'private/key'])).rejects.toThrow();
    await expect(store.deleteMany(['a', 'is bad'])).rejects.toThrow();
    await store.getMany(['is bad', 'not private']);
  });

  test('lets through as many as it was told to, and is then met so many times', async () => {
    const { store } = over({ fault: 'fail', on: 'set', after: 2, times: 2 });
    const outcomes: string[] = [];
    for (let i = 0; i < 6; i++) {
      await store.getMany(['a']);
      await store.set('a', `${i}`).then(
        () => outcomes.push('stored'),
        () => outcomes.push('failed'),
      );
    }
    expect(outcomes).toEqual(['stored', 'stored', 'failed', 'failed', 'stored', 'stored']);
  });

  test("'fail' does nothing", async () => {
    const { driver, store } = over({ fault: 'fail' });
    await expect(store.set('a', '1')).rejects.toThrow('the store refuses');
    expect(await driver.getMany(['a'])).toEqual([undefined]);
  });

  test("'hang' does nothing, and never answers", async () => {
    const { driver, store } = over({ fault: 'hang' });
    expect(await isOpen(store.set('a', '1'))).toBe(true);
    expect(await driver.getMany(['a'])).toEqual([undefined]);
  });

  test("'delay' does it when the time has come", async () => {
    const world = fakeWorld();
    const driver = memoryDriver();
    const store = faultyStore(driver, [{ fault: 'delay', milliseconds: 500 }], world);
    const stored = store.set('a', '1');
    await world.advance(499);
    expect(await driver.getMany(['a'])).toEqual([undefined]);
    await world.advance(1);
    await stored;
    expect(await driver.getMany(['a'])).toEqual(['1']);
  });

  test("'unsure' does it, and says that it failed", async () => {
    const { driver, store } = over({ fault: 'unsure' });
    await expect(store.putIfAbsent?.('a', '1')).rejects.toThrow('before the answer came');
    expect(await driver.getMany(['a'])).toEqual(['1']);
  });

  test("'tear' stores the first half, and says that it failed", async () => {
    const { driver, store } = over({ fault: 'tear' });
    await expect(store.putIfAbsent?.('a', '123456')).rejects.toThrow('in the middle');
    await expect(store.set('b', '1234')).rejects.toThrow('in the middle');
    expect(await driver.getMany(['a', 'b'])).toEqual(['123', '12']);
    // A key that is taken is not torn.
    await expect(store.putIfAbsent?.('a', 'abcdef')).rejects.toThrow('in the middle');
    expect(await driver.getMany(['a'])).toEqual(['123']);
    await store.deleteMany(['a']);
  });

  test("'forget' stores nothing, and says that it did", async () => {
    const { driver, store } = over({ fault: 'forget' });
    await store.set('a', '1');
    expect(await store.putIfAbsent?.('b', '1')).toBe(true);
    expect(await driver.getMany(['a', 'b'])).toEqual([undefined, undefined]);
  });

  test('that only writes can meet lets reads through', async () => {
    for (const fault of ['unsure', 'tear', 'forget'] as const) {
      const { store } = over({ fault });
      expect(await store.getMany(['a'])).toEqual([undefined]);
      expect(await store.scan?.('', { limit: 10 })).toEqual([]);
    }
  });
});
