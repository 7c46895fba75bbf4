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
  let record: T;
  try {
    record = JSON.parse(text);
    if (record.v === 1 && isWhole(record)) return record;
  } catch (cause) {
    throw new CorruptRecordError(key, `${key} is damaged: it is no record of Reprise's. Restore it from a backup.`, {
      cause,
    });
  }
  if (record.v === 1)
    throw new CorruptRecordError(key, `${key} is damaged: a part of it is missing. Restore it from a backup.`);
  throw new CorruptRecordError(key, `${key} has the version ${record.v}; this release reads version 1.`);
}
