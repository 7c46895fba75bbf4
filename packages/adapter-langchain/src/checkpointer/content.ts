import { CorruptRecordError } from '@reprise/core';
import { digestOf, type ThreadKeys } from './keys.ts';
import { type Parts, putTogether, referencesIn } from './parts.ts';
import type { Records } from './records.ts';

// Forgetting one costs one write of what is there already.
const MOST_KNOWN = 100_000;

/** The parts of one thread, each stored once by what it says. */
export class Content {
  readonly #records: Records;
  readonly #keys: ThreadKeys;
  /** Digests of parts that are in the store. */
  readonly #known = new Set<string>();

  constructor(records: Records, keys: ThreadKeys) {
    this.#records = records;
    this.#keys = keys;
  }

  /** Stores the parts that are not known to be there. */
  async save(parts: Parts): Promise<void> {
    const fresh = [...parts].filter(([digest]) => !this.#known.has(digest));
    await Promise.all(fresh.map(([digest, text]) => this.#records.set(this.#keys.part(digest), text)));
    this.#remember(fresh.map(([digest]) => digest));
  }

  /** The texts with everything that they refer to put back. */
  async complete(texts: readonly string[]): Promise<string[]> {
    const parts = await this.#collect(texts, (digest) => {
      const key = this.#keys.part(digest);
      throw new CorruptRecordError(
        key,
        `${key} is missing, and a checkpoint refers to it. Restore it from a backup, or delete the thread.`,
      );
    });
    return texts.map((text) => putTogether(text, (digest) => parts.get(digest) as string));
  }

  /** The keys of all parts that the texts refer to; each stands behind those that refer to it. */
  async keysBehind(texts: readonly string[]): Promise<string[]> {
    const parts = await this.#collect(texts, () => {});
    return [...parts.keys()].map(this.#keys.part);
  }

  async #collect(texts: readonly string[], onMissing: (digest: string) => void): Promise<Parts> {
    const parts: Parts = new Map();
    let wanted = new Set(texts.flatMap(referencesIn));
    while (wanted.size > 0) {
      const digests = [...wanted];
      const found = await this.#records.getMany(digests.map(this.#keys.part));
      wanted = new Set();
      digests.forEach((digest, at) => {
        const text = found[at];
        if (text === undefined) onMissing(digest);
        else parts.set(digest, this.#checked(digest, text));
      });
      for (const digest of digests) {
        for (const reference of referencesIn(parts.get(digest) ?? '')) if (!parts.has(reference)) wanted.add(reference);
      }
      this.#remember(digests.filter((digest) => parts.has(digest)));
    }
    return parts;
  }

  #checked(digest: string, text: string): string {
    if (digestOf(text) === digest) return text;
    const key = this.#keys.part(digest);
    throw new CorruptRecordError(key, `${key} does not hold what it is named after. Restore it from a backup.`);
  }

  #remember(digests: readonly string[]): void {
    if (this.#known.size > MOST_KNOWN) this.#known.clear();
    for (const digest of digests) this.#known.add(digest);
  }
}
