import { DatabaseSync } from 'node:sqlite';

/** A file of SQLite as one would use it by hand, with the settings of Reprise's own store. */
export interface RawSqlite {
  /** Commits one row: when it returns, the row survives a loss of power. */
  put(value: string): void;
  /** All values in the order of their keys. */
  readAll(): string[];
  close(): void;
}

export function openRawSqlite(file: string): RawSqlite {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA page_size = 8192; PRAGMA synchronous = FULL; PRAGMA journal_mode = WAL');
  database.exec('CREATE TABLE IF NOT EXISTS rows (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL)');
  const insert = database.prepare('INSERT INTO rows VALUES (?, ?)');
  const select = database.prepare('SELECT value FROM rows ORDER BY key');
  let count = 0;
  return {
    put(value) {
      insert.run(`raw/${String(count++).padStart(8, '0')}`, value);
    },
    readAll: () => select.all().map((row) => row.value as string),
    close: () => database.close(),
  };
}

/** Opens a file, reads all of its values and parses each as JSON; gives the milliseconds. */
export function readAndParse(file: string): number {
  const start = performance.now();
  const raw = openRawSqlite(file);
  for (const value of raw.readAll()) JSON.parse(value);
  const time = performance.now() - start;
  raw.close();
  return time;
}
