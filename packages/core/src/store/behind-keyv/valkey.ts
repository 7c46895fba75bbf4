import type { Driver } from '../driver.ts';
import type { Framing } from './framing.ts';
import { scanKeys } from './redis-keys.ts';
import { warningsOf } from './redis-warnings.ts';
import { hasMethods } from './shape.ts';

/** The part of `@keyv/valkey` 1 that is used. */
interface ValkeyAdapter {
  readonly opts: { readonly useRedisSets?: boolean };
  readonly redis: ValkeyClient;
  _getKeyName(key: string): string;
  _getNamespace(): string;
}

interface ValkeyClient {
  readonly isCluster?: boolean;
  readonly options?: { host?: string; port?: number; keyPrefix?: string };
  set(key: string, value: string, mode: 'NX'): Promise<string | null>;
  unlink(...keys: string[]): Promise<number>;
  srem(key: string, ...members: string[]): Promise<number>;
  scan(cursor: string, m: 'MATCH', pattern: string, c: 'COUNT', count: number): Promise<[string, string[]]>;
  info(): Promise<string>;
}

/** What `@keyv/valkey` can do behind a Keyv. */
export function probe(adapter: object, framing: Framing): Partial<Driver> | undefined {
  if (!isValkeyAdapter(adapter)) return undefined;
  const { redis } = adapter;
  const physical = (key: string) => adapter._getKeyName(framing.head + key);
  // The client adds its own prefix to the keys of commands, but not to patterns and answers.
  const { host, port, keyPrefix = '' } = redis.options ?? {};

  const driver: Partial<Driver> = {
    name: host === undefined ? 'valkey:' : `valkey://${host}:${port}`,
    async putIfAbsent(key, value) {
      return (await redis.set(physical(key), await framing.encode(value), 'NX')) === 'OK';
    },
    warnings: async () => warningsOf(await redis.info()),
  };
  // A cluster answers SCAN with the keys of one node, and takes no command for keys of several.
  if (redis.isCluster === true) return driver;
  return {
    ...driver,
    // The adapter's own answers a failure as "was not there".
    async deleteMany(keys) {
      if (keys.length === 0) return;
      const names = keys.map(physical);
      await redis.unlink(...names);
      if (adapter.opts.useRedisSets) await redis.srem(adapter._getNamespace(), ...names);
    },
    keys: (prefix) =>
      scanKeys(
        async (cursor, pattern, count) => {
          const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', count);
          return { cursor: next, keys };
        },
        keyPrefix + physical(''),
        prefix,
      ),
  };
}

function isValkeyAdapter(adapter: object): adapter is ValkeyAdapter {
  return (
    hasMethods(adapter, '_getKeyName', '_getNamespace') &&
    'redis' in adapter &&
    hasMethods(adapter.redis, 'scan', 'unlink')
  );
}
