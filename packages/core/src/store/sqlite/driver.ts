import type { Driver, Entry, ScanOptions } from '../driver.ts';
import { SqliteTable } from './table.ts';

/** A driver over a file or over a table that is already open; it has every capability. */
export function sqliteDriver(source: string | SqliteTable): Required<Driver> {
  const table = typeof source === 'string' ? new SqliteTable(source) : source;
  return {
    name: `sqlite:${table.file}`,
    honest: true,
    getMany: async (keys) => keys.map((key) => table.get(key)),
    set: (key, value) => table.put(key, value),
    deleteMany: async (keys) => void (await table.remove(keys)),
    putIfAbsent: (key, value) => table.insert(key, value),
    scan: async (prefix: string, options: ScanOptions): Promise<Entry[]> => table.range(prefix, options),
    keys: async (prefix) => table.keys(prefix),
    warnings: async () => [],
    close: async () => table.close(),
  };
}
