import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Entry, ScanOptions } from '../driver.ts';
import { CommitQueue } from './commit-queue.ts';
import { explain } from './explain.ts';
import { openDatabase } from './open-database.ts';

// Sorts after every key that starts with the prefix it is added to.
const LAST = '\u{10ffff}';

/** The one table of a SQLite file: keys and values, read at once and written in shared commits. */
export class SqliteTable {
  readonly file: string;
  readonly #database: DatabaseSync;
  readonly #queue: CommitQueue;
  readonly #one: StatementSync;
  readonly #put: StatementSync;
  readonly #insert: StatementSync;
  readonly #remove: StatementSync;
  readonly #removeRange: StatementSync;
  readonly #from: StatementSync;
  readonly #after: StatementSync;
  readonly #keys: StatementSync;

  constructor(file: string) {
    this.file = file;
    this.#database = openDatabase(file);
    this.#queue = new CommitQueue(this.#database, (cause) => this.#explained(cause));
    const prepare = (sql: string) => this.#database.prepare(sql);
    this.#one = prepare('SELECT value FROM reprise WHERE key = ?');
    this.#put = prepare('INSERT INTO reprise VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value');
    this.#insert = prepare('INSERT INTO reprise VALUES (?, ?) ON CONFLICT DO NOTHING');
    this.#remove = prepare('DELETE FROM reprise WHERE key IN (SELECT value FROM json_each(?))');
    this.#removeRange = prepare('DELETE FROM reprise WHERE key >= ? AND key < ?');
    this.#from = prepare('SELECT key, value FROM reprise WHERE key >= ? AND key < ? ORDER BY key LIMIT ?');
    this.#after = prepare('SELECT key, value FROM reprise WHERE key > ? AND key < ? ORDER BY key LIMIT ?');
    this.#keys = prepare('SELECT key FROM reprise WHERE key >= ? AND key < ?');
  }

  get(key: string): string | undefined {
    return this.#read(() => (this.#one.get(key) as { value: string } | undefined)?.value);
  }

  range(prefix: string, { after, limit }: ScanOptions): Entry[] {
    const end = prefix + LAST;
    return this.#read(() =>
      after !== undefined && after >= prefix
        ? (this.#after.all(after, end, limit) as unknown as Entry[])
        : (this.#from.all(prefix, end, limit) as unknown as Entry[]),
    );
  }

  keys(prefix: string): string[] {
    return this.#read(() => this.#keys.all(prefix, prefix + LAST).map((row) => row.key as string));
  }

  /** Stores or replaces. */
  put(key: string, value: string): Promise<void> {
    return this.#queue.add(() => void this.#put.run(key, value));
  }

  /** Stores if the key is free, and tells whether it was. */
  insert(key: string, value: string): Promise<boolean> {
    return this.#queue.add(() => this.#insert.run(key, value).changes === 1);
  }

  /** How many of the keys there were. */
  remove(keys: readonly string[]): Promise<number> {
    const list = JSON.stringify(keys);
    return this.#queue.add(() => Number(this.#remove.run(list).changes));
  }

  removeAll(prefix: string): Promise<void> {
    return this.#queue.add(() => void this.#removeRange.run(prefix, prefix + LAST));
  }

  close(): void {
    if (!this.#database.isOpen) return;
    this.#queue.flush();
    this.#database.close();
  }

  #read<T>(read: () => T): T {
    try {
      return read();
    } catch (cause) {
      throw this.#explained(cause);
    }
  }

  #explained(cause: unknown): Error {
    return new Error(explain(cause, this.file), { cause });
  }
}
