import { createRequire } from 'node:module';
import KeyvPostgres from '@keyv/postgres';
import { describe, expect, it } from 'vitest';
import { poolBehind } from '../../../src/store/behind-keyv/postgres-pool.ts';

describe('the pool behind @keyv/postgres', () => {
  const fromHere = createRequire(import.meta.url);
  const { Pool } = createRequire(fromHere.resolve('@keyv/postgres'))('pg') as {
    Pool: { prototype: { query: unknown } };
  };

  it('is found where the server is away, and what looked for it leaves no trace', async () => {
    const before = Pool.prototype.query;
    const adapters = [1, 2].map((port) => new KeyvPostgres(`postgres://nobody@127.0.0.1:${port}/x`));
    for (const adapter of adapters) adapter.on('error', () => {});
    const pools = await Promise.all(adapters.map((adapter) => poolBehind(adapter)));
    for (const pool of pools) expect(pool).toBeInstanceOf(Pool);
    expect(pools[0]).not.toBe(pools[1]);
    expect(Pool.prototype.query).toBe(before);
    await Promise.all(pools.map((pool) => pool?.end()));
  });

  it('is undefined where there is none', async () => {
    expect(await poolBehind({ query: async () => [] })).toBeUndefined();
  });
});
