import type { Driver } from './driver.ts';
import { sqliteDriver } from './sqlite/driver.ts';
import { SqliteTable } from './sqlite/table.ts';

// Enough for few round trips, few enough to hold in memory.
const PAGE = 500;

/**
 * A Keyv storage adapter over Node's own SQLite: `new Keyv({ store: new SqliteStore('data.db') })`.
 *
 * Reprise opens `sqlite:` URIs without Keyv; this class is for programs that want one Keyv for
 * several purposes, or a durable Keyv at all. Works with Keyv 5.6 and 6.1.
 */
export class SqliteStore {
  /** Keyv 5 iterates only stores whose dialect it knows. */
  readonly opts: { readonly dialect: 'sqlite' } = { dialect: 'sqlite' };
  /** Set by Keyv 5. Keyv 6 prefixes the keys itself, unless an adapter is born with this property. */
  declare namespace?: string;
  /** The same file as the engine sees it: keys and values as they are, without Keyv's framing. */
  readonly driver: Required<Driver>;
  readonly #table: SqliteTable;

  constructor(file: string) {
    this.#table = new SqliteTable(file);
    this.driver = sqliteDriver(this.#table);
  }

  async get(key: string): Promise<string | undefined> {
    return this.#table.get(key);
  }

  async getMany(keys: string[]): Promise<(string | undefined)[]> {
    return keys.map((key) => this.#table.get(key));
  }

  async set(key: string, value: string): Promise<boolean> {
    await this.#table.put(key, value);
    return true;
  }

  setMany(entries: readonly { key: string; value: string }[]): Promise<boolean[]> {
    return Promise.all(entries.map(({ key, value }) => this.set(key, value)));
  }

  async has(key: string): Promise<boolean> {
    return this.#table.get(key) !== undefined;
  }

  async hasMany(keys: string[]): Promise<boolean[]> {
    return keys.map((key) => this.#table.get(key) !== undefined);
  }

  async delete(key: string): Promise<boolean> {
    return (await this.#table.remove([key])) > 0;
  }

  async deleteMany(keys: string[]): Promise<boolean> {
    return (await this.#table.remove(keys)) > 0;
  }

  async clear(): Promise<void> {
    await this.#table.removeAll(this.#prefix(this.namespace));
  }

  async *iterator(namespace?: string): AsyncGenerator<[string, string], void> {
    const prefix = this.#prefix(namespace);
    for (let after: string | undefined; ; ) {
      const page = this.#table.range(prefix, after === undefined ? { limit: PAGE } : { after, limit: PAGE });
      for (const { key, value } of page) yield [key, value];
      if (page.length < PAGE) return;
      after = page.at(-1)?.key;
    }
  }

  async disconnect(): Promise<void> {
    this.#table.close();
  }

  #prefix(namespace: string | undefined): string {
    return namespace === undefined ? '' : `${namespace}:`;
  }
}
