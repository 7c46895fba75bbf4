import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Keyv as Keyv5 } from 'keyv5';
import { Keyv as Keyv6 } from 'keyv6';
import { describe, expect, it } from 'vitest';
import { keyvDriver, storeConformance } from '../../../src/store.ts';
import { temporaryFolder } from '../temporary.ts';

const folder = temporaryFolder();

// The package itself compiles for minutes when it is installed; these are its shapes.
describe('@keyv/sqlite', () => {
  let files = 0;

  class KeyvSqlite {
    readonly opts: { db: string; table: string; dialect?: string };
    readonly #database: DatabaseSync;

    constructor(db: string, columns: string) {
      this.opts = { db, table: 'keyv' };
      this.#database = new DatabaseSync(db);
      this.#database.exec(
        `PRAGMA busy_timeout = 5000; PRAGMA synchronous = OFF; CREATE TABLE IF NOT EXISTS keyv (${columns})`,
      );
    }
    async query(sql: string, ...values: SQLInputValue[]) {
      return this.#database.prepare(sql).all(...values);
    }
    async clear() {}
    async disconnect() {
      this.#database.close();
    }
  }

  class Version4 extends KeyvSqlite {
    constructor(db: string) {
      super(db, 'key VARCHAR(255) PRIMARY KEY, value TEXT');
    }
    async get(key: string) {
      const [row] = await this.query('SELECT value FROM keyv WHERE key = ?', key);
      return row?.value;
    }
    async set(key: string, value: string) {
      await this.query(
        'INSERT INTO keyv VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
        key,
        value,
      );
    }
    async delete(key: string) {
      await this.query('DELETE FROM keyv WHERE key = ?', key);
      return true;
    }
  }

  class Version6 extends KeyvSqlite {
    readonly capabilities = { expires: true };
    namespace = 'app';

    constructor(db: string) {
      super(db, "key TEXT NOT NULL, value TEXT, namespace TEXT NOT NULL DEFAULT '', UNIQUE (key, namespace)");
    }
    async get(key: string) {
      const [row] = await this.query('SELECT value FROM keyv WHERE key = ? AND namespace = ?', key, this.namespace);
      return row?.value;
    }
    async set(key: string, value: string) {
      const upsert =
        'INSERT INTO keyv VALUES (?, ?, ?) ON CONFLICT (key, namespace) DO UPDATE SET value = excluded.value';
      await this.query(upsert, key, value, this.namespace);
      return true;
    }
    async delete(key: string) {
      await this.query('DELETE FROM keyv WHERE key = ? AND namespace = ?', key, this.namespace);
      return true;
    }
    async deleteMany(keys: string[]) {
      return Promise.all(keys.map((key) => this.delete(key)));
    }
  }

  for (const [name, open] of [
    ['4', (file: string) => keyvDriver(new Keyv5({ store: new Version4(file) }))],
    ['6', (file: string) => keyvDriver(new Keyv6({ store: new Version6(file) }))],
  ] as const) {
    describe(`of Keyv ${name}`, () => {
      const file = join(folder, `keyv-${++files}.db`);
      for (const { name, run } of storeConformance(async () => open(file))) it(name, run);

      it('has put-if-absent and an ordered scan', async () => {
        const driver = open(file);
        expect(driver.putIfAbsent).toBeDefined();
        expect(driver.scan).toBeDefined();
        await driver.close?.();
      });

      it('is warned about where it is set up badly', async () => {
        const driver = open(file);
        expect(await driver.warnings?.()).toEqual([
          expect.stringMatching(/does not wait for the disk/),
          expect.stringMatching(/write-ahead log/),
        ]);
        await driver.close?.();
      });
    });
  }
});
