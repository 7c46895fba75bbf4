import { StoreError } from '@reprise/core';
import type { Records } from './records.ts';

/** What one key of a row holds: all that was appended while the key before was being written. */
interface Slot<Entry> {
  readonly v: 1;
  readonly entries: Entry[];
  /** The highest entry of the row up to here, where the row has an order. */
  readonly top?: Entry;
}

const NEAR = [0, 1, 3, 7];
const FAR = Array.from({ length: 28 }, (_, power) => 2 ** power - 1);
const PAGE = 16;

/**
 * Entries in numbered keys, each of which is written once and only after the one before it. So any number of
 * processes append without losing an entry, what was appended is never behind a hole, and nothing needs a list
 * of keys.
 */
export class Row<Entry> {
  readonly #records: Records;
  readonly #prefix: string;
  readonly #higher: ((a: Entry, b: Entry) => Entry) | undefined;
  #length = 0;
  #last: Slot<Entry> | undefined;
  #waiting: Entry[] = [];
  #next: Promise<void> | undefined;
  #busy: Promise<void> = Promise.resolve();

  constructor(records: Records, prefix: string, higher?: (a: Entry, b: Entry) => Entry) {
    this.#records = records;
    this.#prefix = prefix;
    this.#higher = higher;
  }

  /** Entries that come while a write is under way share the next one. */
  append(entry: Entry): Promise<void> {
    this.#waiting.push(entry);
    this.#next ??= this.#busy.then(() => this.#writeWaiting());
    return this.#next;
  }

  async isEmpty(): Promise<boolean> {
    if (this.#length === 0) await this.#seekEnd();
    return this.#length === 0;
  }

  /** The highest entry, also of those that other processes have appended. */
  async top(): Promise<Entry | undefined> {
    await this.#seekEnd();
    return this.#last?.top;
  }

  async all(): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (let at = 0, size = PAGE; ; at += size, size = Math.min(size * 2, 512)) {
      const slots = await this.#read(Array.from({ length: size }, (_, offset) => at + offset));
      for (const slot of slots) {
        if (slot === undefined) return entries;
        entries.push(...slot.entries);
      }
    }
  }

  /** The keys that the row stands under, the last first: removed in this order, a row never has a hole. */
  async keys(): Promise<string[]> {
    await this.#seekEnd();
    return Array.from({ length: this.#length }, (_, index) => this.#key(this.#length - 1 - index));
  }

  #writeWaiting(): Promise<void> {
    const entries = this.#waiting;
    this.#waiting = [];
    this.#next = undefined;
    const written = this.#write(entries);
    this.#busy = written.catch(() => {});
    return written;
  }

  async #write(entries: Entry[]): Promise<void> {
    if (this.#length === 0) await this.#seekEnd();
    for (;;) {
      const slot = this.#compose(entries);
      const place = this.#length;
      const key = this.#key(place);
      if (await this.#records.putIfAbsent(key, JSON.stringify(slot))) {
        this.#length = place + 1;
        this.#last = slot;
        return;
      }
      await this.#seekEnd();
      if (this.#length === place) {
        const message = `${this.#records.store.name}: ${key} is taken, and is not there when it is read. Delete no thread while it runs.`;
        throw new StoreError(message, { operation: 'putIfAbsent', key });
      }
    }
  }

  #compose(entries: Entry[]): Slot<Entry> {
    const higher = this.#higher;
    if (higher === undefined) return { v: 1, entries };
    const before = this.#last?.top;
    return { v: 1, entries, top: (before === undefined ? entries : [before, ...entries]).reduce(higher) };
  }

  /** Finds the end in a few batches of reads: in growing steps until one is beyond it, then in between. */
  async #seekEnd(): Promise<void> {
    let end = await this.#probe(NEAR.map((step) => this.#length + step));
    if (end === undefined) end = await this.#probe(FAR.map((step) => this.#length + step));
    while (end !== undefined && end > this.#length) {
      const from = this.#length;
      const step = Math.ceil((end - from) / PAGE);
      const between: number[] = [];
      for (let at = from; at < end; at += step) between.push(at);
      end = (await this.#probe(between)) ?? end;
      if (end === this.#length || step === 1) return;
    }
  }

  /** Moves the end behind the last of these slots that is there; returns the first that is not. */
  async #probe(indexes: readonly number[]): Promise<number | undefined> {
    const slots = await this.#read(indexes);
    const missing = slots.indexOf(undefined);
    const found = missing === -1 ? slots.length - 1 : missing - 1;
    const index = indexes[found];
    // Another call may have moved the end further meanwhile.
    if (index !== undefined && index >= this.#length) {
      this.#length = index + 1;
      this.#last = slots[found];
    }
    return missing === -1 ? undefined : indexes[missing];
  }

  async #read(indexes: readonly number[]): Promise<(Slot<Entry> | undefined)[]> {
    const texts = await this.#records.getMany(indexes.map((index) => this.#key(index)));
    return texts.map((text) => (text === undefined ? undefined : (JSON.parse(text) as Slot<Entry>)));
  }

  #key(index: number): string {
    return this.#prefix + String(index).padStart(8, '0');
  }
}
