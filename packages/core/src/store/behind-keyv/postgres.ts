import type { Driver } from '../driver.ts';
import type { KeyvLike } from '../keyv-like.ts';
import type { Framing } from './framing.ts';
import { poolBehind } from './postgres-pool.ts';
import { hasMethods } from './shape.ts';
import { quoted, tableCapabilities } from './sql-table.ts';

/** The part of `@keyv/postgres` 2 and 6 that is used. */
interface PostgresAdapter {
  /** Version 2. */
  readonly opts?: { readonly uri: string; readonly schema: string; readonly table: string; useUnloggedTable?: boolean };
  /** Version 6. */
  readonly uri?: string;
  readonly schema?: string;
  readonly table?: string;
  readonly useUnloggedTable?: boolean;
  readonly namespace?: string;
  query(sql: string, values?: unknown[]): Promise<unknown[]>;
}

/** What `@keyv/postgres` can do behind a Keyv. */
export function probe(adapter: object, framing: Framing, keyv: KeyvLike): Partial<Driver> | undefined {
  if (!isPostgresAdapter(adapter)) return undefined;
  const { opts } = adapter;
  const pool = poolBehind(adapter);
  // Version 2 writes its names as they are, version 6 quotes them and keeps the namespace in a column.
  const name = opts ? `${opts.schema}.${opts.table}` : `${quoted(adapter.schema ?? '')}.${quoted(adapter.table ?? '')}`;
  const index = `${opts?.table ?? adapter.table}_by_code_unit`;
  const { putIfAbsent, scan } = tableCapabilities(
    {
      name,
      key: 'key COLLATE "C"',
      namespace: opts ? undefined : (adapter.namespace ?? null),
      run(sql, values) {
        let count = 0;
        return adapter.query(
          sql.replace(/\?/g, () => `$${++count}`),
          values,
        );
      },
    },
    framing,
  );

  // The primary key is sorted by the rules of a language, which is of no use for ranges of keys.
  // Where the role may not create an index, a listing reads the whole table.
  let indexed: Promise<unknown> | undefined;
  const createIndex = () =>
    adapter.query(`CREATE INDEX IF NOT EXISTS ${quoted(index)} ON ${name} (key COLLATE "C")`).catch(() => {});

  return {
    name: opts?.uri ?? adapter.uri ?? 'postgres:',
    putIfAbsent,
    async scan(prefix, options) {
      indexed ??= createIndex();
      await indexed;
      return scan(prefix, options);
    },
    // Version 2 gives all adapters of one URI the same pool.
    async close() {
      if ((await pool)?.ending !== true) await keyv.disconnect();
    },
    async warnings() {
      const warnings = await warningsOf(adapter);
      if ((await pool) !== undefined) return warnings;
      return [...warnings, 'The pool of this adapter cannot be reached: a restart of Postgres may end this process.'];
    },
  };
}

async function warningsOf(adapter: PostgresAdapter): Promise<string[]> {
  const [row] = await adapter.query(
    `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit, pg_is_in_recovery() AS standby`,
  );
  const { fsync, commit, standby } = row as { fsync: string; commit: string; standby: boolean };
  const warnings: string[] = [];
  if (fsync !== 'on') warnings.push('Postgres does not wait for the disk: set "fsync = on".');
  if (commit === 'off') warnings.push('Postgres confirms what is not on the disk yet: set "synchronous_commit = on".');
  if (standby) warnings.push('This server is a standby: use the address of the primary.');
  if (adapter.opts?.useUnloggedTable || adapter.useUnloggedTable) {
    warnings.push('The table is unlogged: Postgres empties it after a crash.');
  }
  return warnings;
}

function isPostgresAdapter(adapter: object): adapter is PostgresAdapter {
  if (!hasMethods(adapter, 'query')) return false;
  if ('opts' in adapter) return (adapter.opts as { dialect?: string } | undefined)?.dialect === 'postgres';
  return 'uri' in adapter && 'schema' in adapter && 'table' in adapter;
}
