import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { afterAll } from 'vitest';

interface Client {
  connect(): Promise<void>;
  query(sql: string): Promise<unknown>;
  end(): Promise<void>;
}

// `pg` is a dependency of the adapter and not of ours.
const fromHere = createRequire(import.meta.url);
const { Client } = createRequire(fromHere.resolve('@keyv/postgres'))('pg') as {
  Client: new (options: { connectionString: string }) => Client;
};

/** The URL of a database that is removed when the tests of this file are over. To be called at the top of the file. */
export async function freshDatabase(server: string): Promise<string> {
  const name = `reprise_test_${randomBytes(6).toString('hex')}`;
  // One that sorts as English does, since Reprise must not depend on how a database sorts.
  const english = `TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'`;
  await run(server, `CREATE DATABASE ${name} ${english}`).catch(() => run(server, `CREATE DATABASE ${name}`));
  afterAll(() => run(server, `DROP DATABASE ${name} WITH (FORCE)`));
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function run(server: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
