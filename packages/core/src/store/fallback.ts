import type { Entry, ScanOptions } from './driver.ts';

/** What the fallbacks need of a store; every call of it is guarded. */
interface Minimum {
  getMany(keys: readonly string[]): Promise<(string | undefined)[]>;
  set(key: string, value: string): Promise<void>;
}

/**
 * Put-if-absent for a store that has none: a check, a write and a check again. Two writers at the
 * same moment can both be told that they stored.
 */
export async function checkAndSet(store: Minimum, key: string, value: string): Promise<boolean> {
  const [before] = await store.getMany([key]);
  if (before !== undefined) return false;
  await store.set(key, value);
  const [after] = await store.getMany([key]);
  return after === value;
}

/** An ordered page put together from an unordered listing and a batch of reads. */
export async function readInOrder(store: Minimum, keys: readonly string[], options: ScanOptions): Promise<Entry[]> {
  const { after, limit } = options;
  const rest = [...keys].sort().filter((key) => after === undefined || key > after);
  const entries: Entry[] = [];
  // A key that was removed since it was listed must not make the page look like the last one.
  for (let at = 0; at < rest.length && entries.length < limit; ) {
    const page = rest.slice(at, at + limit - entries.length);
    at += page.length;
    const values = await store.getMany(page);
    page.forEach((key, index) => {
      const value = values[index];
      if (value !== undefined) entries.push({ key, value });
    });
  }
  return entries;
}
