import { randomBytes } from 'node:crypto';
import { basename, extname } from 'node:path';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LONGEST_NAME = 24;

/** An id for the execution of a command: it tells what it is, and can be typed. */
export function newId(command: readonly string[]): string {
  const [program = '', file] = command;
  const named = program === process.execPath && file !== undefined ? basename(file, extname(file)) : basename(program);
  const name = named
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_NAME)
    .replace(/^-+|-+$/g, '');
  const tail = [...randomBytes(6)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
  return `${name || 'run'}-${tail}`;
}
