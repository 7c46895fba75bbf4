import {
  type BaseCheckpointSaver,
  type Checkpoint,
  type CheckpointMetadata,
  copyCheckpoint,
} from '@langchain/langgraph';
import { isSecretName, maskSettings } from '@reprise/core/adapter';
import type { Dump, RedactPart } from './dump.ts';
import type { Parts } from './parts.ts';
import type { StoredCheckpoint } from './stored.ts';
import type { Thread } from './threads.ts';
import { writeValue } from './values.ts';

export type NewVersions = Parameters<BaseCheckpointSaver['put']>[3];

/** A checkpoint as it is stored, with the values of its channels that are new. */
interface SerializedCheckpoint {
  readonly record: StoredCheckpoint;
  readonly values: readonly (readonly [channel: string, text: string])[];
  readonly parts: Parts;
}

/** @param newVersions the channels to store; all of them where a wrapper around the saver leaves it out */
export async function serializeCheckpoint(
  dump: Dump,
  checkpoint: Checkpoint,
  metadata: CheckpointMetadata,
  newVersions: NewVersions | undefined,
  parent: string | undefined,
): Promise<SerializedCheckpoint> {
  const parts: Parts = new Map();
  const { channel_values, channel_versions: versions, ...rest } = copyCheckpoint(checkpoint);
  const channels = Object.entries(channel_values);
  const versioned = channels.filter(([channel]) => has(versions, channel));
  const fresh = versioned.filter(([channel]) => has(newVersions ?? versions, channel));
  // What has no version is found nowhere but here.
  const inline = channels.filter(([channel]) => !has(versions, channel));
  const [body, about, ...values] = await Promise.all([
    writeValue(dump, { ...rest, channel_values: Object.fromEntries(inline) }, parts, redactedCheckpoint),
    writeValue(dump, withoutSecrets(metadata), parts, redactedMetadata),
    ...fresh.map(([channel, value]) => writeValue(dump, value, parts, (data, redact) => redact(channel, data))),
  ]);
  return {
    record: {
      v: 1,
      id: checkpoint.id,
      ...(parent !== undefined && { parent }),
      versions,
      checkpoint: body,
      metadata: about,
    },
    values: fresh.map(([channel], at) => [channel, JSON.stringify(values[at])]),
    parts,
  };
}

// LangGraph puts what is configurable into them.
function withoutSecrets(metadata: CheckpointMetadata): CheckpointMetadata {
  const kept = Object.entries(metadata).filter(([name]) => !isSecretName(name));
  return maskSettings(Object.fromEntries(kept)) as unknown as CheckpointMetadata;
}

/** Stores a checkpoint so that it is found only once everything that it consists of is there. */
export async function putCheckpoint(
  thread: Thread,
  namespace: string,
  { record, values, parts }: SerializedCheckpoint,
): Promise<void> {
  const { records, keys, content } = thread;
  const row = thread.checkpoints(namespace);
  if (await row.isEmpty()) await thread.namespaces.append(namespace);
  await Promise.all([
    content.save(parts),
    ...values.map(([channel, text]) =>
      records.set(keys.value(namespace, channel, record.versions[channel] ?? ''), text),
    ),
  ]);
  await records.set(keys.checkpoint(namespace, record.id), JSON.stringify(record));
  await row.append(record.id);
}

function has(record: object, name: string): boolean {
  return Object.hasOwn(record, name);
}

// By everything else of these LangGraph and Reprise find their way, and it holds nothing of a user's.

function redactedCheckpoint(data: unknown, redact: RedactPart): unknown {
  const { channel_values: values, ...rest } = data as Checkpoint;
  const channels = Object.entries(values).map(([channel, value]) => [channel, redact(channel, value)] as const);
  return { ...rest, channel_values: Object.fromEntries(channels) };
}

function redactedMetadata(data: unknown, redact: RedactPart): unknown {
  const { source, step, parents, reprise, ...rest } = data as Record<string, unknown>;
  return { ...(redact('metadata', rest) as object), source, step, parents, reprise };
}
