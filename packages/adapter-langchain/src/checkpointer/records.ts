import type { Seal, Store } from '@reprise/core/store';

const BATCH = 500;

/** The store as texts that are versioned, checked, and encrypted where that is wanted. */
export class Records {
  readonly store: Store;
  readonly #seal: Seal;

  constructor(store: Store, seal: Seal) {
    this.store = store;
    this.#seal = seal;
  }

  async get(key: string): Promise<string | undefined> {
    const [text] = await this.getMany([key]);
    return text;
  }

  async getMany(keys: readonly string[]): Promise<(string | undefined)[]> {
    const stored = (await Promise.all(batches(keys).map((batch) => this.store.getMany(batch)))).flat();
    return keys.map((key, at) => {
      const text = stored[at];
      return text === undefined ? undefined : this.#seal.open(key, text);
    });
  }

  set(key: string, text: string): Promise<void> {
    return this.store.set(key, this.#seal.close(key, text));
  }

  putIfAbsent(key: string, text: string): Promise<boolean> {
    return this.store.putIfAbsent(key, this.#seal.close(key, text));
  }

  async deleteMany(keys: readonly string[]): Promise<void> {
    for (const batch of batches(keys)) await this.store.deleteMany(batch);
  }

  /** Removes all that stands under a prefix, also what cannot be read any more. */
  async deleteUnder(prefix: string): Promise<void> {
    const limit = this.#pageSize;
    for (;;) {
      const page = await this.store.scan(prefix, { limit });
      await this.deleteMany(page.map(({ key }) => key));
      if (page.length < limit) return;
    }
  }

  /** All texts under a prefix. */
  async *scan(prefix: string): AsyncGenerator<string> {
    const limit = this.#pageSize;
    let after: string | undefined;
    do {
      const page = await this.store.scan(prefix, after === undefined ? { limit } : { after, limit });
      for (const { key, value } of page) yield this.#seal.open(key, value);
      after = page.length < limit ? undefined : page.at(-1)?.key;
    } while (after !== undefined);
  }

  // A page of a listing that has no order costs as much as the whole of it.
  get #pageSize(): number {
    return this.store.capabilities.ordered ? BATCH : Number.MAX_SAFE_INTEGER;
  }
}

function batches(keys: readonly string[]): string[][] {
  const all: string[][] = [];
  for (let at = 0; at < keys.length; at += BATCH) all.push(keys.slice(at, at + BATCH));
  return all;
}
