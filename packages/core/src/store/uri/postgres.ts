import { createRequire } from 'node:module';
import type { Pool } from '../behind-keyv/postgres-pool.ts';
import type { Driver } from '../driver.ts';
import { keyvDriver } from '../keyv.ts';
import { importPeers } from './peer.ts';
import { plainKeyv } from './plain-keyv.ts';

/** The part of `pg` that is used; it is a dependency of `@keyv/postgres`, not of ours. */
interface Pg {
  Pool: new (options: { connectionString: string; allowExitOnIdle: boolean }) => QueryablePool;
}

interface QueryablePool extends Pool {
  query(sql: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** `postgres://user:password@host:5432/database`, or `postgresql://…`. */
export async function open(uri: string): Promise<Driver> {
  const [{ default: KeyvPostgres }, { Pool }] = await importPeers(['keyv@5', '@keyv/postgres'], () =>
    Promise.all([import('@keyv/postgres'), loadPg(), import('keyv')]),
  );
  // A store that nobody waits for must not keep the process alive.
  const pool = new Pool({ connectionString: uri, allowExitOnIdle: true });
  // A pool on which nobody listens ends the process when Postgres restarts.
  pool.on('error', () => {});

  // All adapters of a process share one variable for their pools, and close each other's.
  class OwnPool extends KeyvPostgres {
    override async connect() {
      return async (sql: string, values?: unknown[]) => (await pool.query(sql, values)).rows;
    }
    override async disconnect() {
      await pool.end();
    }
  }
  return keyvDriver(await plainKeyv(new OwnPool({ uri })));
}

async function loadPg(): Promise<Pg> {
  const require = createRequire(import.meta.url);
  return createRequire(require.resolve('@keyv/postgres'))('pg') as Pg;
}
