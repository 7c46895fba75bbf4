import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import KeyvPostgres from '@keyv/postgres';
import KeyvRedis from '@keyv/redis';
import KeyvValkey from '@keyv/valkey';
import { Keyv as Keyv5 } from 'keyv5';
import { Keyv as Keyv6 } from 'keyv6';
import KeyvRedis6 from 'redis6';
import { describe, it } from 'vitest';
import type { Driver } from '../../src/store/driver.ts';
import { guard, keyvDriver, memoryDriver, openStore, SqliteStore, storeConformance } from '../../src/store.ts';
import { describeWith, postgres, redis, type Service } from '../services.ts';
import { freshDatabase } from './fresh-database.ts';
import { temporaryFolder } from './temporary.ts';

const folder = temporaryFolder();
const database = postgres.missing === undefined ? await freshDatabase(postgres.url) : '';

function conforms(name: string, open: () => Promise<Driver>): void {
  describe(name, () => {
    for (const { name, run } of storeConformance(open)) it(name, run);
  });
}

function conformsOn(service: Service, name: string, open: () => Promise<Driver>): void {
  describeWith(service, name, () => {
    for (const { name, run } of storeConformance(open)) it(name, run);
  });
}

/** The same driver for each connection, for stores that live in one process. */
function sharing(driver: Driver): () => Promise<Driver> {
  return async () => ({ ...driver, close: async () => {} });
}

/** Keyv 5 writes no prefix, as the engine opens it. */
const PLAIN = { useKeyPrefix: false };

describe('embedded stores', () => {
  conforms('SQLite', () => openStore(`sqlite:${join(folder, 'uri.db')}`));
  conforms('memory', sharing(memoryDriver()));
});

describe('Keyv over our SQLite', () => {
  const keyv5 = () => new Keyv5({ store: new SqliteStore(join(folder, 'keyv5.db')) });
  const keyv6 = () => new Keyv6({ store: new SqliteStore(join(folder, 'keyv6.db')) });
  const named = () => new Keyv6({ store: new SqliteStore(join(folder, 'named.db')), namespace: 'app' });
  conforms('Keyv 5', async () => keyvDriver(keyv5()));
  conforms('Keyv 6', async () => keyvDriver(keyv6()));
  conforms('Keyv 6 with a namespace', async () => keyvDriver(named()));
  conforms('Keyv 6, guarded', () => openStore(keyv6()));
});

describe('Keyv over a Map', () => {
  conforms('Keyv 5', sharing(keyvDriver(new Keyv5())));
  conforms('Keyv 6', sharing(keyvDriver(new Keyv6())));
});

describe('Keyv over an adapter of which nothing is known', () => {
  const minimal = (values: Map<string, unknown>) => ({
    get: async (key: string) => values.get(key),
    set: async (key: string, value: unknown) => void values.set(key, value),
    delete: async (key: string) => values.delete(key),
    clear: async () => values.clear(),
    iterator: async function* () {
      yield* values;
    },
  });
  conforms('Keyv 5', sharing(keyvDriver(new Keyv5({ store: minimal(new Map()) }))));
  conforms('Keyv 6', sharing(keyvDriver(new Keyv6({ store: minimal(new Map()) }))));
  const shared = sharing(keyvDriver(new Keyv6({ store: minimal(new Map()) })));
  conforms('Keyv 6, guarded', async () => guard(await shared()));
});

describe('Redis', () => {
  const namespace = `reprise-test-${randomUUID()}`;
  conformsOn(redis, 'by URI', () => openStore(redis.url));
  conformsOn(redis, 'Keyv 5', async () => keyvDriver(new Keyv5({ store: new KeyvRedis(redis.url), ...PLAIN })));
  conformsOn(redis, 'Keyv 5 with a namespace', async () =>
    keyvDriver(new Keyv5({ store: new KeyvRedis(redis.url), namespace })),
  );
  conformsOn(redis, 'Keyv 6', async () => keyvDriver(new Keyv6({ store: new KeyvRedis6(redis.url) })));
  conformsOn(redis, 'Keyv 6 with a namespace', async () =>
    keyvDriver(new Keyv6({ store: new KeyvRedis6(redis.url), namespace })),
  );
  conformsOn(redis, 'Keyv 6 over the adapter of Keyv 5', async () =>
    keyvDriver(new Keyv6({ store: new KeyvRedis(redis.url) })),
  );
});

describe('Valkey', () => {
  conformsOn(redis, 'by URI', () => openStore(redis.url.replace(/^redis:/, 'valkey:')));
  conformsOn(redis, 'Keyv 5', async () => keyvDriver(new Keyv5({ store: new KeyvValkey(redis.url), ...PLAIN })));
  conformsOn(redis, 'Keyv 6', async () => keyvDriver(new Keyv6({ store: new KeyvValkey(redis.url) })));
  conformsOn(redis, 'Keyv 5 with a prefix of the client', async () =>
    keyvDriver(new Keyv5({ store: new KeyvValkey(redis.url, { keyPrefix: 'prefix:' }) })),
  );
  conformsOn(redis, 'Keyv 5 without its sets of keys', async () =>
    keyvDriver(new Keyv5({ store: new KeyvValkey(redis.url, { useRedisSets: false }), ...PLAIN })),
  );
});

describe('Postgres', () => {
  const options = { uri: database, table: 'other' };
  conformsOn(postgres, 'by URI', () => openStore(database));
  conformsOn(postgres, 'Keyv 5', async () => keyvDriver(new Keyv5({ store: new KeyvPostgres(options), ...PLAIN })));
  conformsOn(postgres, 'Keyv 6 over the adapter of Keyv 5', async () =>
    keyvDriver(new Keyv6({ store: new KeyvPostgres(options) })),
  );
});
