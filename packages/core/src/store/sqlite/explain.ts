import { dirname } from 'node:path';

const BUSY = 5;
const LOCKED = 6;
const READ_ONLY = 8;
const DAMAGED = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

/** The primary result code of an error of SQLite; `undefined` for any other error. */
export function resultCode(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

/** Whether another connection was in the way, so that the same may work later. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code === BUSY || code === LOCKED;
}

/** What went wrong with the file and what to do about it, in a sentence. */
export function explain(error: unknown, file: string): string {
  switch (resultCode(error)) {
    case BUSY:
    case LOCKED:
      return `another process keeps ${file} locked; end it, or give each its own file`;
    case READ_ONLY:
      return `${file} is read-only; give this process the right to write to it and to ${dirname(file)}`;
    case DAMAGED:
      return `${file} is damaged; restore it from a backup or choose another file`;
    case FULL:
      return `the disk that holds ${file} is full; make room and try again`;
    case CANNOT_OPEN:
      return `${file} cannot be opened; it must be a file in a folder that this process may write to`;
    case NOT_A_DATABASE:
      return `${file} is not a SQLite database; choose another file`;
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
