import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { CorruptRecordError, UsageError } from '../errors/index.ts';

/** Turns a text into what is stored under a key, and back. */
export interface Seal {
  close(key: string, text: string): string;
  open(key: string, stored: string): string;
}

const PLAIN = 'r2:';
/** Its checksum was of the text alone. */
const PLAIN_WITHOUT_KEY = 'r1:';
const ENCRYPTED = 'r1x:';
const IV_BYTES = 12;
const TAG_BYTES = 16;

const CHECKSUM_LENGTH = 8;

/** Of a text under its key: moved to another key, it does not fit. */
function checksum(key: string, text: string): string {
  return inHex(crc32(text, crc32(key)));
}

function inHex(sum: number): string {
  return sum.toString(16).padStart(CHECKSUM_LENGTH, '0');
}

function refuseUnknown(key: string, stored: string): never {
  const version = /^r(\d+)x?:/.exec(stored)?.[1];
  throw new CorruptRecordError(
    key,
    version
      ? `${key} has the format version ${version}, which this release does not read. Use the release that wrote it, or a later one.`
      : `${key} holds something that Reprise did not write. Give Reprise a store, or a database, of its own.`,
  );
}

/** Texts are stored as they are, behind a version and a checksum, which binds them to the key that they stand under. */
export const plainSeal: Seal = {
  close: (key, text) => PLAIN + checksum(key, text) + text,
  open(key, stored) {
    if (stored.startsWith(ENCRYPTED)) {
      throw new CorruptRecordError(
        key,
        `${key} is encrypted. Set the encryption key that it was written with (option encrypt, or REPRISE_ENCRYPTION_KEY).`,
      );
    }
    const isBound = stored.startsWith(PLAIN);
    if (!isBound && !stored.startsWith(PLAIN_WITHOUT_KEY)) refuseUnknown(key, stored);
    const start = PLAIN.length + CHECKSUM_LENGTH;
    const text = stored.slice(start);
    if (stored.slice(PLAIN.length, start) !== (isBound ? checksum(key, text) : inHex(crc32(text)))) {
      throw new CorruptRecordError(
        key,
        `${key} is damaged, or was moved there from another key: its checksum does not fit. Restore it from a backup.`,
      );
    }
    return text;
  },
};

/**
 * Texts are encrypted with AES-256-GCM, bound to the key that they stand under. What was stored before
 * encryption was turned on stays readable.
 */
export function encryptingSeal(secret: string): Seal {
  if (typeof secret !== 'string' || secret.length < 16) {
    throw new UsageError('The encryption key must be a string of at least 16 characters, and hard to guess.');
  }
  const cipherKey = createHash('sha256').update(secret).digest();
  return {
    close(key, text) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', cipherKey, iv).setAAD(Buffer.from(key));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return ENCRYPTED + Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64');
    },
    open(key, stored) {
      if (!stored.startsWith(ENCRYPTED)) return plainSeal.open(key, stored);
      const bytes = Buffer.from(stored.slice(ENCRYPTED.length), 'base64');
      try {
        const decipher = createDecipheriv('aes-256-gcm', cipherKey, bytes.subarray(0, IV_BYTES), {
          authTagLength: TAG_BYTES,
        });
        decipher.setAAD(Buffer.from(key));
        decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
      } catch (cause) {
        throw new CorruptRecordError(
          key,
          `${key} cannot be decrypted: it was written with another encryption key, or it is damaged. ` +
            'Set the key that it was written with (option encrypt, or REPRISE_ENCRYPTION_KEY), or restore it from a backup.',
          { cause },
        );
      }
    },
  };
}
