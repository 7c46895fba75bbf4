import { StoreOpenError } from '../../errors/store.ts';
import type { Driver } from '../driver.ts';
import { sqliteDriver } from '../sqlite/driver.ts';

/** `sqlite:data.db`, `sqlite:/var/lib/data.db`, `sqlite:///var/lib/data.db` */
export async function open(uri: string): Promise<Driver> {
  const file = uri.slice(uri.indexOf(':') + 1).replace(/^\/\//, '');
  if (file === '' || file === ':memory:') {
    throw new StoreOpenError(`"${uri}" names no file. Write sqlite:<file>, or memory: for a store that is not kept.`);
  }
  return sqliteDriver(file);
}
