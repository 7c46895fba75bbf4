import { randomBytes } from 'node:crypto';
import type { Driver, Store } from '@reprise/core/store';

/** A part of a store that is seen as a store of its own. */
export function fresh(store: Store, name: string = randomBytes(6).toString('hex')): Driver {
  const head = `test/${name}/`;
  const inside = (keys: readonly string[]) => keys.map((key) => head + key);
  return {
    name: store.name,
    getMany: (keys) => store.getMany(inside(keys)),
    set: (key, value) => store.set(head + key, value),
    deleteMany: (keys) => store.deleteMany(inside(keys)),
    putIfAbsent: (key, value) => store.putIfAbsent(head + key, value),
    async keys(prefix) {
      const entries = await store.scan(head + prefix, { limit: Number.MAX_SAFE_INTEGER });
      return entries.map(({ key }) => key.slice(head.length));
    },
  };
}

/** Removes what a driver still holds. */
export async function empty(driver: Driver): Promise<void> {
  await driver.deleteMany((await driver.keys?.('')) ?? []);
}
