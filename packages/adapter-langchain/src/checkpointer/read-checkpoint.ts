import type { Checkpoint, CheckpointMetadata, CheckpointTuple } from '@langchain/langgraph';
import { CorruptRecordError } from '@reprise/core';
import type { Serializer } from './dump.ts';
import { writesUpon } from './pending-writes.ts';
import { configOf } from './place.ts';
import type { StoredCheckpoint, StoredValue } from './stored.ts';
import type { Thread, Threads } from './threads.ts';
import { readValues } from './values.ts';
import { highestVersion, versionAfter } from './versions.ts';

const TASKS = '__pregel_tasks';

export async function findCheckpoint(
  thread: Thread,
  namespace: string,
  id: string,
): Promise<StoredCheckpoint | undefined> {
  const text = await thread.records.get(thread.keys.checkpoint(namespace, id));
  return text === undefined ? undefined : (JSON.parse(text) as StoredCheckpoint);
}

/** The same for a checkpoint that the thread lists: it is there, unless the thread was deleted meanwhile. */
export async function findKnownCheckpoint(
  threads: Threads,
  thread: Thread,
  namespace: string,
  id: string,
): Promise<StoredCheckpoint | undefined> {
  const record = await findCheckpoint(thread, namespace, id);
  if (record !== undefined || (await threads.find(thread.id)) !== thread) return record;
  const key = thread.keys.checkpoint(namespace, id);
  throw new CorruptRecordError(
    key,
    `${key} is missing: the checkpoint ${id} of thread '${thread.id}'. Restore it from a backup, or delete the thread.`,
  );
}

/** Everything that LangGraph asks of a checkpoint. */
export async function readCheckpoint(
  serializer: Serializer,
  thread: Thread,
  namespace: string,
  record: StoredCheckpoint,
): Promise<Omit<CheckpointTuple, 'config'>> {
  const { id, parent, versions } = record;
  const [values, writes, sends] = await Promise.all([
    channelValues(thread, namespace, versions),
    writesUpon(thread, namespace, id),
    parent === undefined ? [] : sendsOf(thread, namespace, parent),
  ]);
  const stored = [record.checkpoint, record.metadata, ...values.map(([, value]) => value)];
  const [[checkpoint, metadata, ...contents], written, sent] = await Promise.all([
    readValues(serializer, thread.content, stored) as Promise<[Checkpoint, CheckpointMetadata, ...unknown[]]>,
    readValues(
      serializer,
      thread.content,
      writes.map(({ value }) => value),
    ),
    readValues(serializer, thread.content, sends),
  ]);
  checkpoint.channel_versions = { ...versions };
  values.forEach(([channel], at) => {
    checkpoint.channel_values[channel] = contents[at];
  });
  if (checkpoint.v < 4 && parent !== undefined) moveSends(checkpoint, sent);
  return {
    checkpoint,
    metadata,
    pendingWrites: writes.map(({ task, channel }, at) => [task, channel, written[at]]),
    ...(parent !== undefined && { parentConfig: configOf(thread.id, namespace, parent) }),
  };
}

async function channelValues(
  { records, keys }: Thread,
  namespace: string,
  versions: StoredCheckpoint['versions'],
): Promise<[channel: string, value: StoredValue][]> {
  const channels = Object.entries(versions);
  const texts = await records.getMany(channels.map(([channel, version]) => keys.value(namespace, channel, version)));
  return channels.flatMap(([channel], at) => {
    const text = texts[at];
    // A channel that was empty has a version and no value.
    return text === undefined ? [] : [[channel, JSON.parse(text) as StoredValue]];
  });
}

/** Before version 4, what a step had sent stood among the writes upon the checkpoint before. */
function moveSends(checkpoint: Checkpoint, sends: unknown[]): void {
  checkpoint.channel_values[TASKS] = sends;
  checkpoint.channel_versions[TASKS] =
    highestVersion(Object.values(checkpoint.channel_versions)) ?? versionAfter(undefined);
}

async function sendsOf(thread: Thread, namespace: string, checkpoint: string): Promise<StoredValue[]> {
  const writes = await writesUpon(thread, namespace, checkpoint);
  return writes.filter(({ channel }) => channel === TASKS).map(({ value }) => value);
}
