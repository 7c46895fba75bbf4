import type { Driver } from '../driver.ts';
import type { Framing } from './framing.ts';
import { hasMethods } from './shape.ts';
import { quoted, tableCapabilities } from './sql-table.ts';

/** The part of `@keyv/sqlite` 4 and 6 that is used. */
interface SqliteAdapter {
  readonly opts: { readonly table: string; readonly db: string };
  readonly namespace?: string;
  readonly capabilities?: { readonly expires?: boolean };
  query(sql: string, ...values: unknown[]): Promise<unknown[]>;
}

/** What `@keyv/sqlite` can do behind a Keyv. */
export function probe(adapter: object, framing: Framing): Partial<Driver> | undefined {
  if (!isSqliteAdapter(adapter)) return undefined;
  const capabilities = tableCapabilities(
    {
      name: quoted(adapter.opts.table),
      key: 'key',
      // The adapter of Keyv 6 keeps the namespace in a column of its own.
      namespace: adapter.capabilities?.expires === true ? (adapter.namespace ?? '') : undefined,
      run: (sql, values) => adapter.query(sql, ...values),
    },
    framing,
  );
  return {
    name: `sqlite:${adapter.opts.db}`,
    ...capabilities,
    warnings: () => warningsOf(adapter),
  };
}

async function warningsOf(adapter: SqliteAdapter): Promise<string[]> {
  const pragma = async (name: string) => {
    const [row] = await adapter.query(`PRAGMA ${name}`);
    return Object.values(row as object)[0] as unknown;
  };
  const warnings: string[] = [];
  if (adapter.opts.db === ':memory:')
    warnings.push('The database is in memory: nothing survives the end of this process.');
  if (Number(await pragma('synchronous')) < 2) {
    warnings.push('SQLite does not wait for the disk at each commit: set "PRAGMA synchronous = FULL".');
  }
  if (Number(await pragma('busy_timeout')) === 0) {
    warnings.push('A second process on this file fails at once with "database is locked": set a busy timeout.');
  }
  if ((await pragma('journal_mode')) !== 'wal') {
    warnings.push('SQLite waits for the disk about four times a write: use the write-ahead log (WAL).');
  }
  return warnings;
}

function isSqliteAdapter(adapter: object): adapter is SqliteAdapter {
  if (!hasMethods(adapter, 'query') || !('opts' in adapter)) return false;
  const opts = adapter.opts as SqliteAdapter['opts'] | undefined;
  return typeof opts?.db === 'string' && typeof opts.table === 'string';
}
