import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { DEFAULT_STORE } from '@reprise/core/store';

const SQLITE = 'sqlite:';

/** The URI of the store, as the library finds it; a file by its full path, so that it is the same from everywhere. */
export function storeUri(given: string | undefined): string {
  const uri = given ?? (process.env.REPRISE_STORE || DEFAULT_STORE);
  return uri.toLowerCase().startsWith(SQLITE)
    ? `${SQLITE}${resolve(uri.slice(SQLITE.length).replace(/^\/\//, ''))}`
    : uri;
}

/** Looking at a store must not make one: a file that is not there reads as an empty store. */
export function storeToRead(uri: string): string {
  return uri.startsWith(SQLITE) && !existsSync(uri.slice(SQLITE.length)) ? 'memory:' : uri;
}
