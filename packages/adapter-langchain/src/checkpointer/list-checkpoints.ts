import { isDeepStrictEqual } from 'node:util';
import type { RunnableConfig } from '@langchain/core/runnables';
import type { BaseCheckpointSaver, CheckpointTuple } from '@langchain/langgraph';
import type { Serializer } from './dump.ts';
import { configOf, placeIn } from './place.ts';
import { findKnownCheckpoint, readCheckpoint } from './read-checkpoint.ts';
import type { Thread, Threads } from './threads.ts';
import { readValues } from './values.ts';

export type ListOptions = NonNullable<Parameters<BaseCheckpointSaver['list']>[1]>;

/** The checkpoints that fit, thread by thread and namespace by namespace, the latest first. */
export async function* listCheckpoints(
  serializer: Serializer,
  threads: Threads,
  config: RunnableConfig,
  { before, limit = Number.POSITIVE_INFINITY, filter = {} }: ListOptions = {},
): AsyncGenerator<CheckpointTuple> {
  const place = placeIn(config);
  const namespace: unknown = config.configurable?.checkpoint_ns;
  const end = before && placeIn(before)?.checkpoint;
  let left = limit;
  for await (const thread of place === undefined ? threads.all() : named(threads, place.thread)) {
    for (const space of new Set(await thread.namespaces.all())) {
      if (namespace !== undefined && space !== namespace) continue;
      for (const id of new Set((await thread.checkpoints(space).all()).sort().reverse())) {
        if (left <= 0) return;
        if (place?.checkpoint !== undefined && id !== place.checkpoint) continue;
        if (end !== undefined && id >= end) continue;
        const record = await findKnownCheckpoint(threads, thread, space, id);
        if (record === undefined) return;
        const [metadata] = await readValues(serializer, thread.content, [record.metadata]);
        if (!fits(metadata as Record<string, unknown>, filter)) continue;
        left -= 1;
        yield { config: configOf(thread.id, space, id), ...(await readCheckpoint(serializer, thread, space, record)) };
      }
    }
  }
}

async function* named(threads: Threads, id: string): AsyncGenerator<Thread> {
  const thread = await threads.find(id);
  if (thread !== undefined) yield thread;
}

function fits(metadata: Record<string, unknown>, filter: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(filter).every(([name, value]) => isDeepStrictEqual(metadata[name], value));
}
