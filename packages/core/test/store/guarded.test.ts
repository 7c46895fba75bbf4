import { describe, expect, it } from 'vitest';
import { StoreError, StoreOpenError } from '../../src/errors/store.ts';
import type { Driver } from '../../src/store/driver.ts';
import { guard } from '../../src/store/guarded.ts';
import { memoryDriver } from '../../src/store/memory.ts';
import { manualWorld } from './manual-world.ts';

const { honest: _, ...memory } = memoryDriver();

/** A driver that does not vouch for itself, with some of its methods replaced. */
function driver(changes: Partial<Driver> = {}): Driver {
  const { honest: _, ...own } = memoryDriver();
  return { ...own, name: 'test:', ...changes };
}

/** One that has only what is required. */
function minimal(changes: Partial<Driver> = {}): Driver {
  const { getMany, set, deleteMany } = memoryDriver();
  return { name: 'minimal:', getMany, set, deleteMany, ...changes };
}

const never = <T>() => new Promise<T>(() => {});

describe('a deadline', () => {
  it('turns a call without an answer into an error that names the store, the call and the key', async () => {
    const world = manualWorld();
    const store = await guard({ ...memoryDriver(), set: never }, { world, deadline: 800 });
    const writing = store.set('reprise/a', '1');
    const failing = expect(writing).rejects.toMatchObject({
      code: 'REPRISE_STORE',
      operation: 'set',
      key: 'reprise/a',
      message: 'memory:: set(reprise/a) failed: no answer within 800 ms',
    });
    await world.pass(800);
    await failing;
  });

  it('does not pass before its time', async () => {
    const world = manualWorld();
    let answer = (_: string[]) => {};
    const getMany = () => new Promise<string[]>((resolve) => (answer = resolve));
    const store = await guard({ ...memoryDriver(), getMany }, { world, deadline: 800 });
    const reading = store.getMany(['a']);
    await world.pass(799);
    answer(['1']);
    expect(await reading).toEqual(['1']);
  });

  it('holds for each of several calls', async () => {
    const world = manualWorld();
    const store = await guard({ ...memoryDriver(), set: never }, { world, deadline: 800 });
    const first = expect(store.set('a', '1')).rejects.toThrow('set(a)');
    await world.pass(400);
    const second = store.set('b', '2');
    let settled = false;
    const failing = expect(second.finally(() => (settled = true))).rejects.toThrow('set(b)');
    await world.pass(400);
    await first;
    expect(settled).toBe(false);
    await world.pass(400);
    await failing;
  });

  it('counts a long standstill of the process as one moment', async () => {
    const world = manualWorld();
    let answer = () => {};
    const set = () => new Promise<void>((resolve) => (answer = resolve));
    const store = await guard({ ...memoryDriver(), set }, { world, deadline: 800 });
    const writing = store.set('a', '1');
    world.standStill(60_000);
    answer();
    await expect(writing).resolves.toBeUndefined();
  });

  it('leaves no timer behind when nothing is under way', async () => {
    const world = manualWorld();
    const store = await guard(driver(), { world });
    await Promise.all([store.set('a', '1'), store.get('a'), store.get('b')]);
    expect(world.timers).toBe(0);
  });

  it('holds for opening and closing', async () => {
    const world = manualWorld();
    const opening = expect(guard(driver({ getMany: never }), { world, deadline: 800 })).rejects.toThrow(
      'The store cannot be opened. test:: getMany(reprise/canary) failed: no answer within 800 ms. ' +
        'See that it runs, and that REPRISE_STORE or the option `store` names it as it is; then start again.',
    );
    await new Promise(setImmediate);
    await world.pass(800);
    await opening;

    const store = await guard(driver({ close: never }), { world, deadline: 800 });
    const closing = expect(store.close()).rejects.toThrow('close failed: no answer within 800 ms');
    await world.pass(800);
    await closing;
  });
});

describe('a failure', () => {
  it('keeps its cause', async () => {
    const cause = new Error('disk is full');
    const store = await guard({ ...memoryDriver(), set: () => Promise.reject(cause) });
    const error = await store.set('a', '1').catch((error: unknown) => error);
    expect(StoreError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ message: 'memory:: set(a) failed: disk is full', cause });
  });

  it('names all addresses of a host that cannot be reached', async () => {
    const cause = new AggregateError([
      new Error('connect ECONNREFUSED ::1:1'),
      new Error('connect ECONNREFUSED 127.0.0.1:1'),
    ]);
    const store = await guard({ ...memoryDriver(), getMany: () => Promise.reject(cause) });
    await expect(store.get('a')).rejects.toThrow(
      'failed: connect ECONNREFUSED ::1:1; connect ECONNREFUSED 127.0.0.1:1',
    );
  });

  it('shows no passwords, neither of the store nor of its cause', async () => {
    const name = 'redis://user:hunter2@localhost:6379';
    const set = () => Promise.reject(new Error(`cannot reach ${name}?password=hunter2`));
    const store = await guard({ ...memoryDriver(), name, set });
    const error = await store.set('a', '1').catch((error: unknown) => error as StoreError);
    const cause = error?.cause as Error;
    expect(error?.message).toContain('redis://user:***@localhost:6379');
    expect(`${error?.message} ${cause.message} ${cause.stack} ${store.name}`).not.toContain('hunter2');
  });

  it('of a driver that throws at once is a rejection', async () => {
    const getMany = () => {
      throw new Error('at once');
    };
    const world = manualWorld();
    const store = await guard({ ...memoryDriver(), getMany }, { world });
    await expect(store.get('a')).rejects.toThrow('getMany(a) failed: at once');
    expect(world.timers).toBe(0);
  });

  it('is what every call gets from a store that was closed', async () => {
    const store = await guard(driver());
    await store.close();
    await expect(store.get('a')).rejects.toThrow('the store is closed');
    await expect(store.putIfAbsent('a', '1')).rejects.toThrow('the store is closed');
    await expect(store.close()).resolves.toBeUndefined();
  });
});

describe('a driver that does not vouch for itself', () => {
  it('is not believed when it answers "absent" for everything', async () => {
    let lying = false;
    const { getMany, ...rest } = memory;
    const lies = (keys: readonly string[]) => (lying ? Promise.resolve(keys.map(() => undefined)) : getMany(keys));
    const store = await guard({ ...rest, name: 'test:', getMany: lies });
    lying = true;
    await expect(store.get('a')).rejects.toThrow('so its "absent" proves nothing');
    await expect(store.getMany([])).rejects.toThrow(StoreError);
  });

  it('is not believed when its answer is too short', async () => {
    const { getMany } = memory;
    const short = async (keys: readonly string[]) => (await getMany(keys)).slice(0, 2);
    const store = await guard({ ...memory, name: 'test:', getMany: short });
    expect(await store.get('a')).toBeUndefined();
    await expect(store.getMany(['a', 'b'])).rejects.toThrow(StoreError);
  });

  it.each<[string, Partial<Driver>, string]>([
    ['that keeps nothing', { set: async () => {} }, 'proves nothing'],
    ['whose put-if-absent looks elsewhere', { putIfAbsent: async () => true }, 'does not see a key that is there'],
    ['whose listing looks elsewhere', { scan: async () => [] }, 'a listing lacks a key that is there'],
  ])('%s is refused at opening, and closed', async (_, change, message) => {
    let closed = false;
    const close = async () => {
      closed = true;
    };
    const opening = guard(driver({ ...change, close }));
    await expect(opening).rejects.toThrow(StoreOpenError);
    await expect(opening).rejects.toThrow(message);
    expect(closed).toBe(true);
  });
});

describe('a driver without put-if-absent', () => {
  it('gets one that checks before and after, and is called not atomic', async () => {
    const store = await guard(minimal());
    expect(store.capabilities.atomic).toBe(false);
    expect(await store.putIfAbsent('a', '1')).toBe(true);
    expect(await store.putIfAbsent('a', '2')).toBe(false);
    expect(await store.get('a')).toBe('1');
    expect(await store.warnings()).toEqual([
      'minimal: cannot put a value only if the key is free: let one process at a time use it.',
    ]);
  });

  it('is told when another writer came between', async () => {
    const values = new Map<string, string>();
    const store = await guard(
      minimal({
        getMany: async (keys) => keys.map((key) => values.get(key)),
        set: async (key, value) => void values.set(key, key === 'a' ? 'of another' : value),
      }),
    );
    expect(await store.putIfAbsent('a', 'mine')).toBe(false);
  });
});

describe('a driver without an ordered scan', () => {
  it('gets one put together from its listing', async () => {
    const { keys, scan: _, ...rest } = memory;
    const store = await guard({ ...rest, name: 'test:', keys: async (prefix) => (await keys(prefix)).reverse() });
    expect(store.capabilities).toMatchObject({ ordered: false, listable: true });
    for (const key of ['p/c', 'p/a', 'p/b', 'q/a']) await store.set(key, key.toUpperCase());
    expect(await store.scan('p/', { limit: 2 })).toEqual([
      { key: 'p/a', value: 'P/A' },
      { key: 'p/b', value: 'P/B' },
    ]);
    expect(await store.scan('p/', { after: 'p/b', limit: 2 })).toEqual([{ key: 'p/c', value: 'P/C' }]);
  });

  it('gives full pages although keys vanish while it reads', async () => {
    const { scan: _, ...rest } = memory;
    const keys = async () => ['p/1', 'p/2', 'p/3', 'p/4'].concat('reprise/canary');
    const store = await guard({
      ...rest,
      name: 'test:',
      keys: async (prefix) => (await keys()).filter((key) => key.startsWith(prefix)),
    });
    await store.set('p/3', '3');
    await store.set('p/4', '4');
    expect(await store.scan('p/', { limit: 2 })).toEqual([
      { key: 'p/3', value: '3' },
      { key: 'p/4', value: '4' },
    ]);
  });

  it('that cannot list either says so instead of listing nothing', async () => {
    const store = await guard(minimal());
    expect(store.capabilities.listable).toBe(false);
    await expect(store.scan('p/', { limit: 1 })).rejects.toThrow('this store cannot list its keys');
  });
});

describe('a driver that vouches for itself', () => {
  it('is asked for nothing but what is needed', async () => {
    const asked: (readonly string[])[] = [];
    const { getMany, ...rest } = memoryDriver();
    const store = await guard({
      ...rest,
      getMany(keys) {
        asked.push(keys);
        return getMany(keys);
      },
    });
    await store.get('a');
    expect(asked).toEqual([['a']]);
  });
});
