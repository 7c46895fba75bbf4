import { join } from 'node:path';
import { Keyv as Keyv5 } from 'keyv5';
import { Keyv as Keyv6 } from 'keyv6';
import { describe, expect, it } from 'vitest';
import { type KeyvLike, keyvDriver, openStore, SqliteStore } from '../../src/store.ts';
import { temporaryFolder } from './temporary.ts';

const folder = temporaryFolder();
let files = 0;

type Adapter = Record<string, unknown>;

/** An adapter of which nothing is known, with some of its methods replaced. */
function adapter(changes: Adapter = {}): Adapter {
  const values = new Map<string, unknown>();
  return {
    get: async (key: string) => values.get(key),
    getMany: async (keys: string[]) => keys.map((key) => values.get(key)),
    set: async (key: string, value: unknown) => void values.set(key, value),
    delete: async (key: string) => values.delete(key),
    clear: async () => values.clear(),
    ...changes,
  };
}

const VERSIONS: [string, (store: Adapter | Map<string, unknown> | SqliteStore, options?: object) => KeyvLike][] = [
  ['Keyv 5', (store, options) => new Keyv5({ store, ...options })],
  ['Keyv 6', (store, options) => new Keyv6({ store, ...options })],
];

const fails = () => Promise.reject(new Error('connection lost'));

describe.each(VERSIONS)('a store on %s', (version, keyv) => {
  it.each<[string, Adapter, (store: ReturnType<typeof keyvDriver>) => Promise<unknown>]>([
    ['read of a batch', { getMany: fails }, (store) => store.getMany(['a', 'b'])],
    ['read of a batch, one by one,', { getMany: undefined, get: fails }, (store) => store.getMany(['a', 'b'])],
    ['write', { set: fails }, (store) => store.set('a', '1')],
    ['removal', { delete: fails }, (store) => store.deleteMany(['a'])],
    ['removal of a batch', { deleteMany: fails }, (store) => store.deleteMany(['a'])],
  ])('never takes a failed %s for an answer', async (_, changes, call) => {
    await expect(call(keyvDriver(keyv(adapter(changes))))).rejects.toThrow('connection lost');
  });

  it('takes a failure that is told only by an event for a failure of the call', async () => {
    const listeners: ((error: Error) => void)[] = [];
    const telling = adapter({
      on: (_: string, listener: (error: Error) => void) => listeners.push(listener),
      getMany: async (keys: string[]) => {
        await Promise.resolve();
        for (const listener of listeners) listener(new Error('told by an event'));
        return keys.map(() => undefined);
      },
    });
    const driver = keyvDriver(keyv(telling));
    await driver.set('a', '1');
    await expect(driver.getMany(['a'])).rejects.toThrow('told by an event');
  });

  it('does not take a failure of one call for a failure of another', async () => {
    const driver = keyvDriver(
      keyv(
        adapter({
          set: async (key: string) => {
            if (key.endsWith('bad')) throw new Error('refused');
            return true;
          },
        }),
      ),
    );
    const outcomes = await Promise.allSettled([
      driver.set('good', '1'),
      driver.set('bad', '1'),
      driver.set('fine', '1'),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('takes only "true" for stored', async () => {
    const driver = keyvDriver(keyv(adapter({ set: async () => false })));
    await expect(driver.set('a', '1')).rejects.toThrow('did not keep the value (it answered false)');
  });

  it('keeps what it stores although the Keyv has a default time to live, and says so', async () => {
    const written: unknown[] = [];
    const set = async (_key: string, value: unknown, ttl: unknown) => void written.push(value, ttl);
    const driver = keyvDriver(keyv(adapter({ set }), { ttl: 1_000 }));
    await driver.set('a', '1');
    expect(written).toEqual(['{"value":"1"}', undefined]);
    expect(await driver.warnings?.()).toEqual([
      'This Keyv has a default time to live of 1000 ms; records of Reprise are kept without one.',
    ]);
  });

  it('does not take a listing that ends early for the whole', async () => {
    const driver = keyvDriver(
      keyv(
        adapter({
          async *iterator() {
            yield ['reprise/a', '{"value":"1"}'];
          },
        }),
      ),
    );
    await expect(driver.keys?.('reprise/')).rejects.toThrow('it is not complete');
  });

  it('cannot list where the adapter cannot', async () => {
    expect(keyvDriver(keyv(adapter())).keys).toBeUndefined();
  });

  it('refuses a value that Reprise did not write', async () => {
    const foreign = keyv(new Map());
    await foreign.set('a', { not: 'ours' });
    await expect(keyvDriver(foreign).getMany(['a'])).rejects.toThrow(
      'a holds a object, which was not written by Reprise',
    );
  });

  it('refuses a stored value that is damaged', async () => {
    const file = join(folder, `${++files}.db`);
    const driver = keyvDriver(keyv(new SqliteStore(file)));
    await driver.putIfAbsent?.('a', '1');
    const raw = new SqliteStore(file);
    const [entry] = await raw.driver.scan('', { limit: 1 });
    await raw.set(entry?.key ?? '', '{"value":"1');
    await expect(driver.getMany(['a'])).rejects.toThrow(/JSON|Unterminated/);
    await expect(driver.scan?.('a', { limit: 1 })).rejects.toThrow(/JSON|Unterminated/);
    await raw.disconnect();
    await driver.close?.();
  });

  it.each([
    ['plainly', {}],
    ['with a namespace', { namespace: 'app' }],
    ['compressed', { compression: reversing() }],
  ])('reads what Keyv wrote and writes what Keyv reads, %s', async (_, options) => {
    const instance = keyv(new SqliteStore(join(folder, `${++files}.db`)), options);
    const driver = keyvDriver(instance);
    await instance.set('reprise/a', 'by Keyv');
    expect(await driver.putIfAbsent?.('reprise/a', 'by us')).toBe(false);
    expect(await driver.putIfAbsent?.('reprise/b', 'by us')).toBe(true);
    expect(await instance.get('reprise/b')).toBe('by us');
    const found = await driver.scan?.('reprise/', { limit: 10 });
    expect(found?.map(({ key, value }) => [key, value])).toEqual([
      ['reprise/a', 'by Keyv'],
      ['reprise/b', 'by us'],
    ]);
    await driver.close?.();
  });

  it('is disconnected when it is closed', async () => {
    let disconnected = false;
    const disconnect = async () => {
      disconnected = true;
    };
    await keyvDriver(keyv(adapter({ disconnect }))).close?.();
    expect(disconnected).toBe(true);
  });

  it(`is opened with all that ${version} and its adapter can do`, async () => {
    const store = await openStore(keyv(new SqliteStore(join(folder, `${++files}.db`)), { namespace: 'app' }));
    expect(store.capabilities).toEqual({ atomic: true, ordered: true, listable: true });
    await store.close();
  });
});

/** A compression that does not compress, but that shows whether it was used. */
function reversing() {
  const reverse = async (text: unknown) => [...String(text)].reverse().join('');
  return { compress: reverse, decompress: reverse };
}

it('a Keyv 6 without listeners does not end the process when its store fails in the background', async () => {
  const listeners: ((error: Error) => void)[] = [];
  const on = (_: string, listener: (error: Error) => void) => listeners.push(listener);
  keyvDriver(new Keyv6({ store: adapter({ on }) }));
  expect(() => {
    for (const listener of listeners) listener(new Error('in the background'));
  }).not.toThrow();
});

it('a Keyv that changes keys is refused', () => {
  expect(() => keyvDriver(new Keyv6({ sanitize: { keys: true } }))).toThrow('without the option "sanitize"');
});

it('a Keyv of another version is refused', async () => {
  const method = () => {};
  const old = { get: method, getMany: method, set: method, deleteMany: method, on: method, store: new Map() };
  await expect(openStore(old as unknown as KeyvLike)).rejects.toThrow('update "keyv"');
});

it('keyv-file is used with a warning', async () => {
  class KeyvFile {
    constructor() {
      Object.assign(this, adapter());
    }
  }
  const warnings = await keyvDriver(new Keyv6({ store: new KeyvFile() as never })).warnings?.();
  expect(warnings?.[0]).toContain('keyv-file confirms writes that are not on the disk yet');
});
