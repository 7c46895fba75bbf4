import type { Version } from './versions.ts';

// What stands in the store, beside the heads of threads and the slots of rows.

/** A serialized value: its type, and its text with the long parts taken out; what is no JSON, in base64. */
export type StoredValue = readonly [type: string, text: string, encoding?: 'base64'];

/** A checkpoint without the values of its channels, each of which stands under its version. */
export interface StoredCheckpoint {
  readonly v: 1;
  readonly id: string;
  readonly parent?: string;
  readonly versions: Readonly<Record<string, Version>>;
  readonly checkpoint: StoredValue;
  readonly metadata: StoredValue;
}

/** One write of a task upon a checkpoint. */
export interface TaskWrite {
  readonly task: string;
  /** Where the task stands in the graph; decides the order of the writes. */
  readonly path: string;
  /** Its place among the task's writes; negative where a later one replaces it. */
  readonly index: number;
  readonly channel: string;
  readonly value: StoredValue;
}
