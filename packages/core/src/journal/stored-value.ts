import { CorruptRecordError } from '../errors/index.ts';
import { decode, type ListReader } from './codec.ts';

/** The value of a text that stood under this key. */
export function decodeStored(key: string, text: string, lists?: ListReader): unknown {
  try {
    return decode(text, lists);
  } catch (cause) {
    throw new CorruptRecordError(
      key,
      `${key} holds a value that cannot be read: ${(cause as Error).message}. ` +
        'Use the release that wrote it, or a later one, or restore it from a backup.',
      { cause },
    );
  }
}

/** The JSON object of version 1 that stood under this key. */
export function parseStored<T extends { readonly v: 1 }>(
  key: string,
  text: string,
  isWhole: (record: T) => boolean,
): T {
  let reason: unknown;
  try {
    const record: T = JSON.parse(text);
    if (record.v !== 1) {
      reason = new CorruptRecordError(
        key,
        `${key} has the version ${record.v}; this release reads version 1. Use the release that wrote it, or a later one.`,
      );
    } else if (isWhole(record)) return record;
  } catch (cause) {
    reason = cause;
  }
  if (CorruptRecordError.isInstance(reason)) throw reason;
  throw new CorruptRecordError(key, `${key} is damaged: it is no record, or not whole. Restore it from a backup.`, {
    cause: reason,
  });
}
