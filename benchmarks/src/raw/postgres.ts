import KeyvPostgres from '@keyv/postgres';

/** PostgreSQL as one would use it by hand, through the same pool of clients that Reprise uses. */
export interface RawPostgres {
  /** Commits one row. */
  put(value: string): Promise<void>;
  /** A database for Reprise alone, on the same server. */
  readonly database: string;
  /** Removes table and database. */
  close(): Promise<void>;
}

export async function openRawPostgres(server: string): Promise<RawPostgres> {
  const name = `reprise_bench_${process.pid}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  // The adapter makes the table: a key and a text. Told to disconnect, it would end the pool that was made last.
  const adapter = new KeyvPostgres({ uri: server, table: name, allowExitOnIdle: true });
  await adapter.query(`CREATE DATABASE ${name}`);
  let count = 0;
  return {
    async put(value) {
      const key = `raw/${String(count++).padStart(8, '0')}`;
      await adapter.query(`INSERT INTO ${name} (key, value) VALUES ($1, $2)`, [key, value]);
    },
    database: url.href,
    async close() {
      await adapter.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await adapter.query(`DROP TABLE ${name}`);
    },
  };
}
