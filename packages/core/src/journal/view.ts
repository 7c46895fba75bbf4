import { CorruptRecordError, NotFoundError } from '../errors/index.ts';
import type { Store } from '../store/store.ts';
import { readBlob } from './journal.ts';
import { keys } from './keys.ts';
import { Lists } from './lists.ts';
import { readJournal } from './read.ts';
import type { JournalRecord, Payload } from './records.ts';
import type { Seal } from './seal.ts';
import { decodeStored } from './stored-value.ts';

/** A journal as it was read, with what is needed to decode its values. */
export class JournalView {
  readonly execution: string;
  readonly records: readonly JournalRecord[];
  readonly segments: number;
  readonly epoch: number;
  readonly lists: Lists;
  readonly #store: Store;
  readonly #seal: Seal;

  private constructor(store: Store, seal: Seal, execution: string, contents: Awaited<ReturnType<typeof readJournal>>) {
    this.#store = store;
    this.#seal = seal;
    this.execution = execution;
    this.records = contents.records;
    this.segments = contents.segments;
    this.epoch = contents.epoch;
    this.lists = new Lists();
  }

  /** The journal of an execution that is about to begin. */
  static empty(store: Store, seal: Seal, execution: string): JournalView {
    return new JournalView(store, seal, execution, { records: [], segments: 0, epoch: 0 });
  }

  /** Where the execution's head is known, its `segments` are: read before the journal, it never tells of more than there are. */
  static async open(store: Store, seal: Seal, execution: string, segments = 0): Promise<JournalView> {
    const view = new JournalView(store, seal, execution, await readJournal(store, seal, execution));
    if (view.segments < segments) throw await view.#lostEnd(segments);
    for (const { head, value } of view.records) {
      if (head.t !== 'list') continue;
      try {
        view.lists.add({ ...head, tail: await view.text(value ?? '[]') });
      } catch (cause) {
        throw CorruptRecordError.isInstance(cause) ? cause : view.#damaged(cause as Error);
      }
    }
    return view;
  }

  #damaged(cause: Error): CorruptRecordError {
    const key = keys.segments(this.execution);
    return new CorruptRecordError(
      key,
      `The journal ${key} is damaged: ${cause.message}. Restore the store from a backup.`,
      { cause },
    );
  }

  async #lostEnd(segments: number): Promise<Error> {
    const { execution } = this;
    if ((await this.#store.get(keys.head(execution))) === undefined) {
      return new NotFoundError(`Execution '${execution}' was deleted in the meantime.`);
    }
    const missing = keys.segment(execution, this.segments);
    return new CorruptRecordError(
      missing,
      `The journal of execution ${execution} has lost its end, from ${missing} on: it has ${this.segments} segments, and it ` +
        `had ${segments} when its status was last written. Restore the store from a backup; going on would repeat ` +
        'calls that were paid for.',
    );
  }

  async load(payload: Payload | undefined): Promise<unknown> {
    if (payload === undefined) return undefined;
    return decodeStored(payloadKey(this.execution, payload), await this.text(payload), this.lists);
  }

  async text(payload: Payload): Promise<string> {
    return typeof payload === 'string'
      ? payload
      : readBlob({ store: this.#store, seal: this.#seal }, this.execution, payload.blob);
  }
}

/** Where a payload stands: under a key of its own, or in the journal. */
export function payloadKey(execution: string, payload: Payload): string {
  return typeof payload === 'string' ? keys.segments(execution) : keys.blob(execution, payload.blob);
}
