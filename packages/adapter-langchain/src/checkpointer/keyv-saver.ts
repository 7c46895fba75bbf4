import type { RunnableConfig } from '@langchain/core/runnables';
import {
  BaseCheckpointSaver,
  type Checkpoint,
  type CheckpointMetadata,
  type CheckpointTuple,
} from '@langchain/langgraph';
import { bury } from './bury.ts';
import { type Dump, dumpWith, type Serializer } from './dump.ts';
import { type ListOptions, listCheckpoints } from './list-checkpoints.ts';
import { checkSaverOptions, type OpenedStore, type StoreOptions, storeOpener } from './opened-store.ts';
import { type NewWrites, serializeWrites } from './pending-writes.ts';
import { configOf, placeIn, placeOfWrites, placeToWrite } from './place.ts';
import { type NewVersions, putCheckpoint, serializeCheckpoint } from './put-checkpoint.ts';
import { findCheckpoint, findKnownCheckpoint, readCheckpoint } from './read-checkpoint.ts';
import { Records } from './records.ts';
import { Threads } from './threads.ts';
import { type Version, versionAfter } from './versions.ts';

/** How a `KeyvSaver` is set up. */
export interface KeyvSaverOptions extends StoreOptions {
  /** Turns values into bytes and back. @default LangGraph's JsonPlusSerializer */
  readonly serde?: Serializer;
}

/**
 * A LangGraph checkpointer on any Keyv: SQLite, Redis, Postgres and others. The store is opened when it is first
 * used.
 *
 * @example
 * const graph = builder.compile({ checkpointer: new KeyvSaver({ store: 'redis://localhost:6379' }) });
 */
export class KeyvSaver extends BaseCheckpointSaver {
  readonly #open: () => Promise<OpenedStore>;
  readonly #dump: Dump;
  #threads: { readonly opened: OpenedStore; readonly threads: Threads } | undefined;

  /** @param open for a store that is not the saver's to open; `options` say how otherwise */
  constructor(options: KeyvSaverOptions = {}, open?: () => Promise<OpenedStore>) {
    checkSaverOptions(options);
    super(options.serde);
    this.#open = open ?? storeOpener(options);
    this.#dump = dumpWith(this.serde, async () => (await this.#open()).redact);
  }

  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const place = placeIn(config);
    if (place === undefined) return undefined;
    const threads = await this.#ready();
    const thread = await threads.find(place.thread);
    if (thread === undefined) return undefined;
    const { namespace, checkpoint } = place;
    if (checkpoint !== undefined) {
      const record = await findCheckpoint(thread, namespace, checkpoint);
      return record && { config, ...(await readCheckpoint(this.serde, thread, namespace, record)) };
    }
    const latest = await thread.checkpoints(namespace).top();
    const record = latest === undefined ? undefined : await findKnownCheckpoint(threads, thread, namespace, latest);
    if (record === undefined) return undefined;
    const tuple = await readCheckpoint(this.serde, thread, namespace, record);
    return { config: configOf(thread.id, namespace, record.id), ...tuple };
  }

  override async *list(config: RunnableConfig, options?: ListOptions): AsyncGenerator<CheckpointTuple> {
    yield* listCheckpoints(this.serde, await this.#ready(), config, options);
  }

  override async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions?: NewVersions,
  ): Promise<RunnableConfig> {
    const { thread: id, namespace, checkpoint: parent } = placeToWrite(config);
    const serialized = await serializeCheckpoint(this.#dump, checkpoint, metadata, newVersions, parent);
    const thread = await (await this.#ready()).findOrBegin(id);
    await putCheckpoint(thread, namespace, serialized);
    return configOf(id, namespace, checkpoint.id);
  }

  override async putWrites(config: RunnableConfig, writes: NewWrites, taskId: string, taskPath = ''): Promise<void> {
    const { thread: id, namespace, checkpoint } = placeOfWrites(config);
    const { entries, parts } = await serializeWrites(this.#dump, writes, taskId, taskPath);
    const thread = await (await this.#ready()).findOrBegin(id);
    await thread.content.save(parts);
    await thread.writes(namespace, checkpoint).append(entries);
  }

  /** Removes the thread and all that it alone refers to. Nothing may run on it meanwhile. */
  override async deleteThread(threadId: string): Promise<void> {
    await (await this.#ready()).delete(threadId);
  }

  override getNextVersion(current: Version | undefined): number {
    // LangGraph takes texts, too; only the types of its graphs know of nothing but numbers.
    return versionAfter(current) as number;
  }

  /** Gives back the store that was opened for this saver. It is opened again by the next call. */
  async close(): Promise<void> {
    const current = this.#threads;
    this.#threads = undefined;
    await current?.opened.close();
  }

  async #ready(): Promise<Threads> {
    const opened = await this.#open();
    if (this.#threads?.opened.store !== opened.store) {
      this.#threads = { opened, threads: new Threads(new Records(opened.store, opened.seal), bury) };
    }
    return this.#threads.threads;
  }
}
