import { randomUUID } from 'node:crypto';
import type { RunnableConfig } from '@langchain/core/runnables';
import { type Checkpoint, type CheckpointMetadata, emptyCheckpoint } from '@langchain/langgraph';
import { type Driver, memoryDriver } from '@reprise/core/store';
import { KeyvSaver } from '../../src/index.ts';

export const named = (thread_id: string, checkpoint_ns = ''): RunnableConfig => ({
  configurable: { thread_id, checkpoint_ns },
});

export const metadata: CheckpointMetadata = { source: 'loop', step: 0, parents: {} };

let made = 0;

/** A checkpoint with these values, later than those made before. */
export function checkpointOf(values: Record<string, unknown>): Checkpoint {
  const versions = Object.fromEntries(Object.keys(values).map((channel) => [channel, `1.${randomUUID()}`]));
  const id = `${String(++made).padStart(8, '0')}-${randomUUID()}`;
  return { ...emptyCheckpoint(), id, channel_values: values, channel_versions: versions };
}

/** Stores these values; gives the config that speaks of them. */
export function put(
  saver: KeyvSaver,
  config: RunnableConfig,
  values: Record<string, unknown>,
): Promise<RunnableConfig> {
  return saver.put(config, checkpointOf(values), metadata);
}

/** The values of the latest checkpoint. */
export async function valuesOf(saver: KeyvSaver, config: RunnableConfig): Promise<unknown> {
  return (await saver.get(config))?.channel_values;
}

/** Connections to one store in memory, as different processes have them. */
export function sharedMemory({ isListable = true } = {}): {
  driver: Driver;
  connect(): KeyvSaver;
  keys(): Promise<string[]>;
} {
  const { close: _, ...all } = memoryDriver();
  const { keys, scan, ...rest } = all;
  const driver = isListable ? all : rest;
  return {
    driver,
    connect: () => new KeyvSaver({ store: driver }),
    keys: async () => (await keys('')).filter((key) => !key.endsWith('canary')),
  };
}

export async function collected<T>(all: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of all) values.push(value);
  return values;
}
