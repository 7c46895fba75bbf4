import { StoreOpenError } from '../../errors/store.ts';

/** Loads packages that only some users need, or says how to install them. */
export async function importPeers<T>(packages: readonly string[], load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw cause;
    throw new StoreOpenError(`A package for this store is missing. Run: npm install ${packages.join(' ')}`, { cause });
  }
}
