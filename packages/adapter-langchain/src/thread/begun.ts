import { engineStore } from '@reprise/core/store';
import { begunKey } from '../checkpointer/keys.ts';
import { Records } from '../checkpointer/records.ts';

/**
 * Which execution an agent began last on a thread, and upon which checkpoint of it. The thread itself tells nothing of
 * an execution that was stopped before its first checkpoint, or that writes none before it ends.
 */
export interface Begun {
  readonly v: 1;
  readonly execution: string;
  readonly upon?: string;
}

export async function noteBegun(
  reprise: object | undefined,
  agent: string,
  thread: string,
  begun: Omit<Begun, 'v'>,
): Promise<void> {
  const { store, seal } = await engineStore(reprise);
  await new Records(store, seal).set(begunKey(agent, thread), JSON.stringify({ v: 1, ...begun } satisfies Begun));
}

export async function lastBegun(
  reprise: object | undefined,
  agent: string,
  thread: string,
): Promise<Begun | undefined> {
  const { store, seal } = await engineStore(reprise);
  const text = await new Records(store, seal).get(begunKey(agent, thread));
  return text === undefined ? undefined : (JSON.parse(text) as Begun);
}
