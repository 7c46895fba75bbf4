import type { Driver, Entry } from './driver.ts';

/** Keeps everything in this process, and only as long as it lives. For tests and trials. */
export function memoryDriver(): Required<Driver> {
  const values = new Map<string, string>();
  let sorted: string[] | undefined = [];

  function put(key: string, value: string): void {
    if (!values.has(key)) sorted = undefined;
    values.set(key, value);
  }

  function* from(prefix: string, after?: string): Generator<string> {
    sorted ??= [...values.keys()].sort();
    const start = after !== undefined && after >= prefix ? after : prefix;
    for (let at = firstNotBefore(sorted, start); at < sorted.length; at++) {
      const key = sorted[at] as string;
      if (!key.startsWith(prefix)) return;
      if (key !== after) yield key;
    }
  }

  return {
    name: 'memory:',
    honest: true,
    getMany: async (keys) => keys.map((key) => values.get(key)),
    set: async (key, value) => put(key, value),
    async deleteMany(keys) {
      for (const key of keys) values.delete(key);
      sorted = undefined;
    },
    async putIfAbsent(key, value) {
      if (values.has(key)) return false;
      put(key, value);
      return true;
    },
    async scan(prefix, { after, limit }) {
      const entries: Entry[] = [];
      for (const key of from(prefix, after)) {
        if (entries.length >= limit) break;
        entries.push({ key, value: values.get(key) as string });
      }
      return entries;
    },
    keys: async (prefix) => [...from(prefix)],
    warnings: async () => ['The store is in memory: nothing survives the end of this process.'],
    close: async () => {},
  };
}

/** The index of the first key that is not before the other one. */
function firstNotBefore(sorted: readonly string[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
