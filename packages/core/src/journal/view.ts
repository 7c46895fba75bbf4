import type { Store } from '../store/store.ts';
import { decode } from './codec.ts';
import { readBlob } from './journal.ts';
import { Lists } from './lists.ts';
import { readJournal } from './read.ts';
import type { JournalRecord, Payload } from './records.ts';
import type { Seal } from './seal.ts';

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

  static async open(store: Store, seal: Seal, execution: string): Promise<JournalView> {
    const view = new JournalView(store, seal, execution, await readJournal(store, seal, execution));
    for (const { head, value } of view.records) {
      if (head.t === 'list' && value !== undefined) view.lists.add({ ...head, tail: await view.text(value) });
    }
    return view;
  }

  async load(payload: Payload | undefined): Promise<unknown> {
    return payload === undefined ? undefined : decode(await this.text(payload), this.lists);
  }

  async text(payload: Payload): Promise<string> {
    return typeof payload === 'string'
      ? payload
      : readBlob({ store: this.#store, seal: this.#seal }, this.execution, payload.blob);
  }
}
