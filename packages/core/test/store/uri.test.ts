import { randomUUID } from 'node:crypto';
import KeyvPostgres from '@keyv/postgres';
import KeyvRedis from '@keyv/redis';
import KeyvValkey from '@keyv/valkey';
import { expect, it } from 'vitest';
import { openStore } from '../../src/store.ts';
import { describeWith, postgres, redis } from '../services.ts';
import { freshDatabase } from './fresh-database.ts';

const database = postgres.missing === undefined ? await freshDatabase(postgres.url) : '';

/** An adapter without a Keyv, to which keys are what they are. */
interface Adapter {
  get(key: string): Promise<unknown>;
  disconnect(): Promise<void>;
}

async function keepsKeysAsTheyAre(uri: string, adapter: Adapter): Promise<void> {
  const key = `reprise/test/${randomUUID()}`;
  const store = await openStore(uri);
  await store.set(key, 'by set');
  await store.putIfAbsent(`${key}/2`, 'by put-if-absent');
  expect(await adapter.get(key)).toBe('{"value":"by set"}');
  expect(await adapter.get(`${key}/2`)).toBe('{"value":"by put-if-absent"}');
  await store.deleteMany([key, `${key}/2`]);
  await store.close();
  await adapter.disconnect();
}

// Keyv 5 would prefix them where Keyv 6 does not, and hide the data from each other.
describeWith(redis, 'a store that was opened by URI', () => {
  it('has the keys of Redis as they are', () => keepsKeysAsTheyAre(redis.url, new KeyvRedis(redis.url)));

  it('has the keys of Valkey as they are', () =>
    keepsKeysAsTheyAre(redis.url.replace(/^redis:/, 'valkey:'), new KeyvValkey(redis.url)));
});

describeWith(postgres, 'a store that was opened by URI', () => {
  it('has the keys of Postgres as they are', () => keepsKeysAsTheyAre(database, new KeyvPostgres(database)));

  it('in Postgres is closed without closing another', async () => {
    const first = await openStore(database);
    const second = await openStore(database);
    await first.close();
    await second.set('reprise/a', '1');
    expect(await second.get('reprise/a')).toBe('1');
    await second.close();
  });
});
