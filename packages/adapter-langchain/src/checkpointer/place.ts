import type { RunnableConfig } from '@langchain/core/runnables';
import { UsageError } from '@reprise/core';

/** Which checkpoint a config of LangGraph's speaks of. */
export interface Place {
  readonly thread: string;
  readonly namespace: string;
  /** Left out where the latest is meant. */
  readonly checkpoint?: string;
}

/** The place, or `undefined` where the config names no thread. */
export function placeIn(config: RunnableConfig): Place | undefined {
  const { thread_id, checkpoint_ns = '', checkpoint_id, thread_ts } = config.configurable ?? {};
  if (thread_id === undefined) return undefined;
  const checkpoint: unknown = checkpoint_id || thread_ts;
  const place = { thread: text('thread_id', thread_id), namespace: text('checkpoint_ns', checkpoint_ns) };
  return checkpoint ? { ...place, checkpoint: text('checkpoint_id', checkpoint) } : place;
}

/** The place that something is written to. */
export function placeToWrite(config: RunnableConfig): Place {
  const place = placeIn(config);
  if (place !== undefined) return place;
  throw new UsageError(
    'A checkpoint belongs to a thread, and none is named: pass { configurable: { thread_id: "…" } } to invoke or stream.',
  );
}

/** The checkpoint that a task writes upon. */
export function placeOfWrites(config: RunnableConfig): Required<Place> {
  const { checkpoint, ...place } = placeToWrite(config);
  if (checkpoint !== undefined) return { ...place, checkpoint };
  throw new UsageError(
    'A task writes upon a checkpoint, and none is named: pass the config that put() returned, which has a checkpoint_id.',
  );
}

function text(field: string, value: unknown): string {
  if (typeof value === 'string' && (value !== '' || field === 'checkpoint_ns')) return value;
  const given = value === '' ? 'an empty string' : value === null ? 'null' : `a ${typeof value}`;
  throw new UsageError(
    `configurable.${field} is ${given}: it must be a string${field === 'checkpoint_ns' ? '' : ' that names something'}.`,
  );
}

/** A config that speaks of one checkpoint. */
export function configOf(thread: string, namespace: string, checkpoint: string): RunnableConfig {
  return { configurable: { thread_id: thread, checkpoint_ns: namespace, checkpoint_id: checkpoint } };
}
