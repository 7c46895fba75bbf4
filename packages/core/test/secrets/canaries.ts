import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Keyv } from 'keyv';
import { test } from 'vitest';
import type { StoreSource } from '../../src/store.ts';
import { describeWith } from '../services.ts';
import { installed, startRedis } from '../store/own-servers.ts';

/** Texts that stand nowhere but where a test has put them. */
export class Canaries {
  readonly #known = new Map<string, string>();

  constructor(known: Readonly<Record<string, string>> = {}) {
    for (const [name, text] of Object.entries(known)) this.#known.set(name, text);
  }

  /** The one by this name; with characters that an address, or base64, has otherwise. */
  of(name: string): string {
    const text = this.#known.get(name) ?? `c~${name.replaceAll(' ', '-')}+${randomBytes(6).toString('hex')}/9`;
    this.#known.set(name, text);
    return text;
  }

  /** All of them, for another process. */
  get all(): Record<string, string> {
    return Object.fromEntries(this.#known);
  }

  /** Which of them stand in this, in whatever form. */
  in(place: unknown): string[] {
    const bytes = Buffer.isBuffer(place) ? place : Buffer.from(textOf(place));
    const found: string[] = [];
    for (const [name, text] of this.#known) {
      for (const [form, written] of Object.entries(forms(text)))
        if (bytes.includes(written)) found.push(`${name} (${form})`);
    }
    return found;
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return inspect(value, { depth: 12, maxStringLength: null, maxArrayLength: null });
}

function json(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part)) ?? '';
}

function forms(text: string): Record<string, string> {
  // Where it stands in what was encoded decides the letters at its ends.
  const encoded = [0, 1, 2].map((shift) => {
    const whole = Buffer.from('x'.repeat(shift) + text).toString('base64');
    return whole.slice(shift === 0 ? 0 : 4, Math.floor((shift + text.length) / 3) * 4);
  });
  return {
    plain: text,
    'in an address': encodeURIComponent(text),
    'as JSON': JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
    hexadecimal: Buffer.from(text).toString('hex'),
    ...Object.fromEntries(encoded.map((form, shift) => [`base64, from ${shift}`, form])),
  };
}

/** A place to store things in, of which every byte can be seen. */
export interface Place {
  readonly store: StoreSource;
  bytes(): Buffer;
  remove(): void | Promise<void>;
}

/** A file of SQLite, with all that lies beside it. */
export function sqlitePlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-canaries-'));
  return {
    store: `sqlite:${join(folder, 'journal.db')}`,
    bytes: () => bytesOf(folder),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** A Redis with a password, and its file, which has every write. */
export async function redisPlace(password: string): Promise<Place> {
  const server = await startRedis();
  server.command('config', 'set', 'requirepass', password);
  const url = new URL(server.url);
  url.username = 'default';
  url.password = encodeURIComponent(password);
  return { store: url.href, bytes: () => bytesOf(server.folder), remove: () => server.remove() };
}

/** A Keyv that keeps things in memory. */
export function keyvPlace(): Place {
  const entries = new Map<string, unknown>();
  return {
    store: new Keyv({ store: entries, useKeyPrefix: false }),
    bytes: () => Buffer.from(json([...entries])),
    remove: () => entries.clear(),
  };
}

/** The same test in each of them. */
export function testInPlaces(password: () => string, body: (place: Place) => Promise<void>): void {
  async function inPlace(place: Place): Promise<void> {
    try {
      await body(place);
    } finally {
      await place.remove();
    }
  }

  test('in a file of SQLite', () => inPlace(sqlitePlace()));
  test('in a Keyv in memory', () => inPlace(keyvPlace()));
  describeWith(installed.redis, 'where the server runs', () => {
    test('in a Redis, whose own password is not shown either', async () => inPlace(await redisPlace(password())));
  });
}

function bytesOf(folder: string): Buffer {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  return Buffer.concat(files.filter((file) => statSync(file).isFile()).map((file) => readFileSync(file)));
}
