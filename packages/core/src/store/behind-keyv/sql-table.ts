import type { Driver, Entry } from '../driver.ts';
import type { Framing } from './framing.ts';

/** A table of keys and values that an adapter keeps, and how to ask it. */
export interface SqlTable {
  /** As it is written in SQL. */
  readonly name: string;
  /** The key column, as an expression that sorts by code unit. */
  readonly key: string;
  /** What stands in the namespace column; `undefined` where the table has none. */
  readonly namespace: string | null | undefined;
  /** Runs SQL whose parameters are written `?`. */
  run(sql: string, values: unknown[]): Promise<unknown[]>;
}

// Sorts after every key that starts with the prefix it is added to.
const LAST = '\u{10ffff}';

/** What a table can do that Keyv has no words for. */
export function tableCapabilities(table: SqlTable, framing: Framing): Required<Pick<Driver, 'putIfAbsent' | 'scan'>> {
  const { head } = framing;
  const { name, key: column, namespace } = table;
  const inNamespace = namespace === undefined ? '' : " AND COALESCE(namespace, '') = ?";
  const namespaceValue = namespace === undefined ? [] : [namespace ?? ''];

  return {
    async putIfAbsent(key, value) {
      const values = [head + key, await framing.encode(value), ...(namespace === undefined ? [] : [namespace])];
      const columns =
        namespace === undefined ? '(key, value) VALUES (?, ?)' : '(key, value, namespace) VALUES (?, ?, ?)';
      const rows = await table.run(`INSERT INTO ${name} ${columns} ON CONFLICT DO NOTHING RETURNING key`, values);
      return rows.length === 1;
    },
    async scan(prefix, { after, limit }) {
      const goOn = after !== undefined && after >= prefix;
      const start = goOn ? `${column} > ?` : `${column} >= ?`;
      const rows = await table.run(
        `SELECT key, value FROM ${name} WHERE ${start} AND ${column} < ?${inNamespace} ORDER BY ${column} LIMIT ?`,
        [head + (goOn ? after : prefix), head + prefix + LAST, ...namespaceValue, limit],
      );
      return Promise.all(
        (rows as Entry[]).map(async ({ key, value }) => ({
          key: key.slice(head.length),
          value: await framing.decode(value),
        })),
      );
    },
  };
}

/** A name as it is written in SQL. */
export function quoted(name: string): string {
  return `"${name.replace(/"/g, '""')}"`;
}
