import type { Driver } from '../driver.ts';
import type { KeyvLike } from '../keyv-like.ts';
import type { Framing } from './framing.ts';

/** What a plain Map can do behind a Keyv. */
export function probe(adapter: object, framing: Framing, keyv: KeyvLike): Partial<Driver> | undefined {
  if (!(adapter instanceof Map)) return undefined;
  const map = adapter as Map<string, unknown>;
  // Keyv 6 keeps the expiry beside the value.
  const wrap = (stored: string) => (keyv.store === map ? stored : { value: stored });
  const { head } = framing;

  return {
    name: 'memory:',
    async putIfAbsent(key, value) {
      const stored = wrap(await framing.encode(value));
      if (map.has(head + key)) return false;
      map.set(head + key, stored);
      return true;
    },
    async keys(prefix) {
      const found = [...map.keys()].filter((key) => key.startsWith(head + prefix));
      return found.map((key) => key.slice(head.length));
    },
    warnings: async () => ['The store is in memory: nothing survives the end of this process.'],
  };
}
