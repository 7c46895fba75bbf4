import assert from 'node:assert/strict';
import type { Driver, Entry, ScanOptions } from '../driver.ts';
import type { Place, Promises } from './place.ts';

// Sorted by code unit; a language would sort them otherwise.
const SORTED = ['a-', 'a.', 'a/', 'a/1', 'a/1/x', 'a/10', 'a/2', 'a0', 'a_', 'aa', 'b', 'a~'].sort();

async function store(place: Place, names: readonly (string | number)[]): Promise<string[]> {
  const keys = names.map((name) => place.key(name));
  await Promise.all(keys.map((key) => place.driver.set(key, `value of ${key}`)));
  return keys;
}

function scan(driver: Driver, prefix: string, options: ScanOptions): Promise<Entry[]> | undefined {
  return driver.scan?.(prefix, options);
}

function entries(keys: readonly string[]): Entry[] {
  return keys.map((key) => ({ key, value: `value of ${key}` }));
}

/** Rows of a database may have no prototype. */
function plain(found: readonly Entry[] | undefined): Entry[] | undefined {
  return found?.map(({ key, value }) => ({ key, value }));
}

export const LISTINGS: Promises = {
  async 'a scan gives keys and values in the order of code units, if the driver has it'(place) {
    if (place.driver.scan === undefined) return;
    const keys = await store(place, [...SORTED].reverse());
    const found = await scan(place.driver, place.prefix, { limit: 100 });
    assert.deepEqual(plain(found), entries(keys.reverse()));
  },

  async 'a scan gives only what begins with the prefix, if the driver has it'(place) {
    if (place.driver.scan === undefined) return;
    await store(place, SORTED);
    const found = await scan(place.driver, `${place.prefix}a/1`, { limit: 100 });
    assert.deepEqual(plain(found), entries(['a/1', 'a/1/x', 'a/10'].map((name) => place.prefix + name)));
  },

  async 'a scan of a prefix that no key has is empty, if the driver has it'(place) {
    if (place.driver.scan === undefined) return;
    await store(place, ['a', 'c']);
    assert.deepEqual(await scan(place.driver, `${place.prefix}b`, { limit: 100 }), []);
  },

  async 'pages of a scan make up the whole, if the driver has it'(place) {
    if (place.driver.scan === undefined) return;
    const keys = await store(
      place,
      Array.from({ length: 25 }, (_, index) => String(index).padStart(8, '0')),
    );
    const found: Entry[] = [];
    for (let after: string | undefined; ; ) {
      const page = await scan(place.driver, place.prefix, after === undefined ? { limit: 10 } : { after, limit: 10 });
      found.push(...(page ?? []));
      if (page === undefined || page.length < 10) break;
      after = page.at(-1)?.key;
    }
    assert.deepEqual(plain(found), entries(keys));
  },

  async 'a scan begins after a key that is not there, too, if the driver has it'(place) {
    if (place.driver.scan === undefined) return;
    const [, , c] = await store(place, ['a', 'b', 'c']);
    const found = await scan(place.driver, place.prefix, { after: `${place.prefix}bb`, limit: 10 });
    assert.deepEqual(plain(found), entries([c as string]));
  },

  async 'a scan that is to begin before its prefix gives all of it, if the driver has it'(place) {
    if (place.driver.scan === undefined) return;
    const [, b] = await store(place, ['a', 'b', 'c']);
    const found = await scan(place.driver, `${place.prefix}b`, { after: `${place.prefix}a`, limit: 10 });
    assert.deepEqual(plain(found), entries([b as string]));
  },

  async 'a listing names each key with the prefix once, if the driver has it'(place) {
    if (place.driver.keys === undefined) return;
    const keys = await store(place, [...Array.from({ length: 1_500 }, (_, index) => `a/${index}`)]);
    await store(place, ['a', 'a-', 'b/1']);
    const found = await place.driver.keys(`${place.prefix}a/`);
    assert.deepEqual([...found].sort(), keys.sort());
  },

  async 'a removed key is not listed any more, if the driver lists'(place) {
    const [a, b] = (await store(place, ['a', 'b'])) as [string, string];
    await place.driver.deleteMany([a]);
    if (place.driver.scan) assert.deepEqual(plain(await scan(place.driver, place.prefix, { limit: 9 })), entries([b]));
    if (place.driver.keys) assert.deepEqual(await place.driver.keys(place.prefix), [b]);
  },
};
