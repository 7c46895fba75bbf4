import { writesUpon } from './pending-writes.ts';
import { findCheckpoint } from './read-checkpoint.ts';
import type { StoredValue } from './stored.ts';
import type { Thread } from './threads.ts';

/** Removes everything of a thread but its head; where it is cut off, it can be done again. */
export async function bury(thread: Thread): Promise<void> {
  const { records, keys } = thread;
  // What a process that was killed has written of a checkpoint is found in no other way.
  if (records.store.capabilities.listable) await records.deleteUnder(keys.root);
  else await buryWhatIsKnown(thread);
}

// What leads to other parts goes after them.
async function buryWhatIsKnown(thread: Thread): Promise<void> {
  for (const namespace of new Set(await thread.namespaces.all())) {
    const checkpoints = thread.checkpoints(namespace);
    for (const id of new Set(await checkpoints.all())) await buryCheckpoint(thread, namespace, id);
    await thread.records.deleteMany(await checkpoints.keys());
  }
  await thread.records.deleteMany(await thread.namespaces.keys());
}

async function buryCheckpoint(thread: Thread, namespace: string, id: string): Promise<void> {
  const { records, keys, content } = thread;
  const record = await findCheckpoint(thread, namespace, id);
  const writes = await writesUpon(thread, namespace, id);
  const valueKeys = Object.entries(record?.versions ?? {}).map(([channel, version]) =>
    keys.value(namespace, channel, version),
  );
  const texts = (await records.getMany(valueKeys)).filter((text) => text !== undefined);
  const values = texts.map((text) => JSON.parse(text) as StoredValue);
  const own = record === undefined ? [] : [record.checkpoint, record.metadata];
  const parts = await content.keysBehind(
    [...values, ...own, ...writes.map(({ value }) => value)].map(([, text]) => text),
  );
  await records.deleteMany(parts.reverse());
  await records.deleteMany(valueKeys);
  await records.deleteMany(await thread.writes(namespace, id).keys());
  await records.deleteMany([keys.checkpoint(namespace, id)]);
}
