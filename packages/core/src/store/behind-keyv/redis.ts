import type { Driver } from '../driver.ts';
import type { Framing } from './framing.ts';
import { scanKeys } from './redis-keys.ts';
import { warningsOf } from './redis-warnings.ts';
import { hasMethods } from './shape.ts';

/** The part of `@keyv/redis` 5 and 6 that is used. */
interface RedisAdapter {
  readonly namespace?: string;
  throwOnErrors: boolean;
  readonly client: { readonly isReady?: boolean; readonly options?: { url?: string } };
  getClient(): Promise<RedisClient>;
  createKeyPrefix(key: string, namespace?: string): string;
  disconnect(force?: boolean): Promise<void>;
}

interface RedisClient {
  set(key: string, value: string, options: { NX: true }): Promise<string | null>;
  unlink(keys: string[]): Promise<number>;
  scan(cursor: string, options: { MATCH: string; COUNT: number }): Promise<{ cursor: unknown; keys: string[] }>;
  info(): Promise<unknown>;
}

/** What `@keyv/redis` can do behind a Keyv. */
export function probe(adapter: object, framing: Framing): Partial<Driver> | undefined {
  if (!isRedisAdapter(adapter)) return undefined;
  // Without this, a write that the server refuses counts as stored.
  adapter.throwOnErrors = true;
  const physical = (key: string) => adapter.createKeyPrefix(framing.head + key, adapter.namespace);

  const driver: Partial<Driver> = {
    name: adapter.client.options?.url ?? 'redis:',
    async putIfAbsent(key, value) {
      const stored = await framing.encode(value);
      const client = await adapter.getClient();
      return (await client.set(physical(key), stored, { NX: true })) === 'OK';
    },
    async warnings() {
      const client = await adapter.getClient();
      return warningsOf(String(await client.info()));
    },
    // A client that is not connected would wait for its connection before it closes.
    close: () => adapter.disconnect(adapter.client.isReady === false),
  };
  // A cluster answers SCAN with the keys of one node, and takes no command for keys of several.
  if ('slots' in adapter.client) return driver;
  return {
    ...driver,
    // The adapter's own transaction is refused when the memory is full, which is when to remove.
    async deleteMany(keys) {
      if (keys.length === 0) return;
      const client = await adapter.getClient();
      await client.unlink(keys.map(physical));
    },
    async keys(prefix) {
      const client = await adapter.getClient();
      return scanKeys(
        async (cursor, pattern, count) => {
          const page = await client.scan(cursor, { MATCH: pattern, COUNT: count });
          return { cursor: String(page.cursor), keys: page.keys };
        },
        physical(''),
        prefix,
      );
    },
  };
}

function isRedisAdapter(adapter: object): adapter is RedisAdapter {
  return hasMethods(adapter, 'getClient', 'createKeyPrefix') && 'client' in adapter && 'throwOnErrors' in adapter;
}
