import { CANARY_KEY, CANARY_VALUE } from '../canary.ts';
import type { Driver } from '../driver.ts';
import type { KeyvLike } from '../keyv-like.ts';
import { hasMethods } from './shape.ts';

/** What every Keyv can do, in words that leave no doubt. */
export function throughKeyv(keyv: KeyvLike, adapter: object, head: string): Driver {
  const driver: Driver = {
    name: `keyv:${adapter.constructor.name}`,
    async getMany(keys) {
      if (keys.length === 0) return [];
      // Without a batch of the adapter's own, Keyv 5 turns the failure of one read into "absent".
      const values = hasMethods(adapter, 'getMany')
        ? await keyv.getMany([...keys])
        : await Promise.all(keys.map((key) => keyv.get(key)));
      return values.map((value, index) => ourValue(value, keys[index]));
    },
    async set(key, value) {
      // A time to live of 0 is none, also where the Keyv has a default.
      const stored = await keyv.set(key, value, 0);
      if (stored !== true) throw new Error(`the store did not keep the value (it answered ${String(stored)})`);
    },
    async deleteMany(keys) {
      await keyv.deleteMany([...keys]);
    },
    close: () => keyv.disconnect(),
  };
  if (!hasMethods(adapter, 'iterator')) return driver;
  return { ...driver, keys: (prefix) => keysOf(keyv, adapter as unknown as Iterating, head, prefix) };
}

function ourValue(value: unknown, key: string | undefined): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw new Error(`${key} holds a ${typeof value}, which was not written by Reprise`);
}

interface Iterating {
  readonly namespace?: string;
  iterator(namespace?: string): AsyncIterable<[string, unknown] | string>;
}

// Adapters end a listing that failed as if it were complete, so it must contain a key that is there.
async function keysOf(keyv: KeyvLike, adapter: Iterating, head: string, prefix: string): Promise<string[]> {
  await keyv.set(CANARY_KEY, CANARY_VALUE, 0);
  const keys = new Set<string>();
  let complete = false;
  for await (const entry of adapter.iterator(adapter.namespace)) {
    const key = Array.isArray(entry) ? entry[0] : entry;
    if (key === head + CANARY_KEY) complete = true;
    if (key.startsWith(head + prefix)) keys.add(key.slice(head.length));
  }
  if (!complete) throw new Error('the listing lacks a key that is there, so it is not complete');
  return [...keys];
}
