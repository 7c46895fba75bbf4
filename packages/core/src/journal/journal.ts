import { CorruptRecordError, FencedError, StoreError } from '../errors/index.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world/world.ts';
import { digestText } from './digest.ts';
import { keys } from './keys.ts';
import { describeOwner } from './owner.ts';
import { persist } from './persist.ts';
import type { JournalRecord, Owner, Payload } from './records.ts';
import type { Seal } from './seal.ts';
import { readSegment, type SegmentHead, writeSegment } from './segment.ts';

/** What a journal needs of its surroundings. */
export interface JournalContext {
  readonly store: Store;
  readonly seal: Seal;
  readonly world: World;
  readonly owner: Owner;
  /** For how long a write that fails is tried again, in milliseconds, before the execution stops. */
  readonly patience: number;
}

interface Waiting {
  resolve(): void;
  reject(error: unknown): void;
}

interface Segment {
  readonly index: number;
  readonly key: string;
  readonly text: string;
  readonly blobs: ReadonlyMap<string, string>;
}

/** Larger texts go to a key of their own: stores limit a value's size, and a listing should not drag them along. */
const INLINE_LIMIT = 64 * 1_024;
/** Where the store is always slow, its last answer must do. */
const CONFIRMATIONS = 3;
/** For so long a write that succeeded proves that nobody else has come. */
const FRESH_MS = 20;

/**
 * The end of an execution's journal, held by its owner. Segments are written one at a time, each into the
 * next numbered key with put-if-absent; what became ready during a write goes into the next one together.
 * So what is acknowledged is always a prefix, and an owner that was replaced finds its place taken.
 */
export class Journal {
  readonly execution: string;
  readonly #context: JournalContext;
  readonly #epoch: number;
  #next: number;
  #queue: JournalRecord[] = [];
  #waiting: Waiting[] = [];
  #blobs = new Map<string, string>();
  #unwritten: Segment | undefined;
  #writing = false;
  #wanted = false;
  #broken: Error | undefined;
  #writtenAt = Number.NEGATIVE_INFINITY;
  #onBroken: (error: Error) => void = () => {};

  constructor(context: JournalContext, execution: string, position: { epoch: number; next: number }) {
    this.#context = context;
    this.execution = execution;
    this.#epoch = position.epoch;
    this.#next = position.next;
  }

  /** How many segments are known to be stored. */
  get segments(): number {
    return this.#next;
  }

  /** Called once, when this journal can write no more. */
  set onBroken(listener: (error: Error) => void) {
    this.#onBroken = listener;
  }

  /** Puts a record in line; it is stored with the next segment, whenever that is. */
  note(record: JournalRecord): JournalRecord {
    const apart: JournalRecord = {
      ...record,
      ...(record.input === undefined ? {} : { input: this.#place(record.input) }),
      ...(record.value === undefined ? {} : { value: this.#place(record.value) }),
    };
    this.#queue.push(apart);
    return apart;
  }

  /** Takes a record out of line again; tells whether it still stood there. */
  withdraw(record: JournalRecord): boolean {
    const at = this.#queue.lastIndexOf(record);
    if (at === -1) return false;
    this.#queue.splice(at, 1);
    return true;
  }

  /** Whether a record still stands in line: until then, what is in it may be added to. */
  holds(record: JournalRecord): boolean {
    return this.#queue.lastIndexOf(record) !== -1;
  }

  /** Has everything in line stored soon; nothing waits for it. */
  push(): void {
    if (this.#broken || this.#wanted) return;
    this.#wanted = true;
    // Outcomes that come in one run of microtasks share a segment.
    if (!this.#writing) queueMicrotask(() => void this.#write());
  }

  /** Resolves once everything put in line so far is durable. */
  flush(): Promise<void> {
    if (this.#broken) return Promise.reject(this.#broken);
    if (this.#queue.length === 0 && !this.#writing) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.push();
    });
  }

  /** Stores a record: resolves once it, and all before it, are durable. */
  append(record: JournalRecord): Promise<void> {
    this.note(record);
    return this.flush();
  }

  /** After a store that stayed away has come back: writes what could not be written, in its old place. */
  async retry(): Promise<void> {
    if (!this.#broken || FencedError.isInstance(this.#broken)) return;
    if (this.#unwritten) await this.#store(this.#unwritten);
    this.#unwritten = undefined;
    this.#broken = undefined;
    await this.flush();
  }

  /** Where the next segment goes. An owner that comes after this one writes there first. */
  get place(): string {
    return keys.segment(this.execution, this.#next);
  }

  /**
   * Makes sure that no other owner has come after this one; where one has, this journal stops, and this rejects.
   * An answer that took longer than so many milliseconds does not count: the process may have been stopped meanwhile.
   */
  async confirm(longest: number): Promise<void> {
    const { store, world } = this.#context;
    if (world.now() - this.#writtenAt < FRESH_MS && !this.#broken) return;
    for (let tries = 0; tries < CONFIRMATIONS; tries++) {
      const { place } = this;
      const asked = world.now();
      const found = await store.get(place);
      if (found !== undefined) this.yieldTo(place, found);
      if (this.#broken) throw this.#broken;
      if (world.now() - asked < longest) return;
    }
  }

  /** Stops this journal if what was found in its place is another owner's. */
  yieldTo(place: string, found: string): void {
    const { head, records } = readSegment(place, this.#context.seal.open(place, found));
    if (head.epoch > this.#epoch && !this.#broken) this.#break(this.#fenced(head, records), []);
  }

  /** The text behind a payload. */
  async text(payload: Payload): Promise<string> {
    return typeof payload === 'string' ? payload : readBlob(this.#context, this.execution, payload.blob);
  }

  #place(payload: Payload): Payload {
    if (typeof payload !== 'string' || payload.length <= INLINE_LIMIT) return payload;
    const blob = blobOf(payload);
    this.#blobs.set(blob, payload);
    return { blob, size: payload.length };
  }

  async #write(): Promise<void> {
    if (this.#writing || this.#broken) return;
    this.#writing = true;
    while (this.#wanted && !this.#broken) {
      this.#wanted = false;
      const waiting = this.#waiting;
      this.#waiting = [];
      const segment = this.#compose();
      try {
        if (segment) await this.#store(segment);
      } catch (error) {
        this.#unwritten = segment;
        this.#break(error as Error, waiting);
        break;
      }
      for (const { resolve } of waiting) resolve();
    }
    this.#writing = false;
  }

  #compose(): Segment | undefined {
    if (this.#queue.length === 0) return undefined;
    const records = this.#queue;
    const blobs = this.#blobs;
    this.#queue = [];
    this.#blobs = new Map();
    const index = this.#next;
    const key = keys.segment(this.execution, index);
    const head = { v: 1, epoch: this.#epoch, owner: this.#context.owner.id } as const;
    return { index, key, text: this.#context.seal.close(key, writeSegment(head, records)), blobs };
  }

  #break(error: Error, waiting: Waiting[]): void {
    this.#broken = error;
    this.#wanted = false;
    for (const { reject } of [...waiting, ...this.#waiting.splice(0)]) reject(error);
    this.#onBroken(error);
  }

  /** Writes the same bytes to the same place until they are there, or the store has been away for too long. */
  async #store(segment: Segment): Promise<void> {
    const { store, seal } = this.#context;
    await persist(this.#context, async () => {
      for (const [blob, text] of segment.blobs) {
        const key = keys.blob(this.execution, blob);
        await store.set(key, seal.close(key, text));
      }
      if (!(await store.putIfAbsent(segment.key, segment.text))) await this.#checkOwn(segment);
    });
    this.#next = segment.index + 1;
    this.#writtenAt = this.#context.world.now();
  }

  // The place is taken: by an earlier try of ours whose answer was lost, or by the next owner.
  async #checkOwn({ key, text }: Segment): Promise<void> {
    const { store, seal } = this.#context;
    const found = await store.get(key);
    if (found === text) return;
    if (found === undefined) {
      throw new StoreError(`${store.name} says that ${key} is taken, and then that it is not there.`, {
        operation: 'putIfAbsent',
        key,
      });
    }
    const { head, records } = readSegment(key, seal.open(key, found));
    throw this.#fenced(head, records);
  }

  // Who takes over says who it is in the first segment that it writes.
  #fenced(head: SegmentHead, records: readonly JournalRecord[]): FencedError {
    for (const { head: record } of records) {
      if (record.t === 'epoch') return new FencedError(this.execution, describeOwner(record.owner));
    }
    return new FencedError(this.execution, `owner ${head.owner}`);
  }
}

/** What a text that is too large for its record goes by. */
export function blobOf(text: string): string {
  return Buffer.from(digestText(text), 'base64url').toString('hex');
}

/** The text that was too large for its record. */
export async function readBlob(
  { store, seal }: Pick<JournalContext, 'store' | 'seal'>,
  execution: string,
  blob: string,
): Promise<string> {
  const key = keys.blob(execution, blob);
  const stored = await store.get(key);
  if (stored === undefined) {
    throw new CorruptRecordError(
      key,
      `${key} is missing, and the journal of execution ${execution} refers to it. Restore the store from a backup.`,
    );
  }
  return seal.open(key, stored);
}
