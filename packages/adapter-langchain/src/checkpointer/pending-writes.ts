import type { BaseCheckpointSaver } from '@langchain/langgraph';
import { maskError } from '@reprise/core/adapter';
import type { Dump } from './dump.ts';
import type { TaskWrite } from './stored.ts';
import type { Thread } from './threads.ts';
import { writeValue } from './values.ts';

export type NewWrites = Parameters<BaseCheckpointSaver['putWrites']>[1];

// LangGraph's numbers for what a task has only one of.
const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['__error__', -1],
  ['__scheduled__', -2],
  ['__interrupt__', -3],
  ['__resume__', -4],
]);

/** Writes with their values serialized, and the long parts of these. */
export async function serializeWrites(
  dump: Dump,
  writes: NewWrites,
  task: string,
  path: string,
): Promise<{ readonly entries: TaskWrite[]; readonly parts: Map<string, string> }> {
  const parts = new Map<string, string>();
  const entries = await Promise.all(
    writes.map(async ([channel, value], at): Promise<TaskWrite> => {
      const index = SPECIAL.get(channel) ?? at;
      return {
        task,
        path,
        index,
        channel,
        value: await writeValue(dump, channel === '__error__' ? maskError(value) : value, parts, (data, redact) =>
          redact(channel, data),
        ),
      };
    }),
  );
  return { entries, parts };
}

/** What has been written upon a checkpoint, in the order in which LangGraph applies it. */
export async function writesUpon(thread: Thread, namespace: string, checkpoint: string): Promise<TaskWrite[]> {
  const current = new Map<string, TaskWrite>();
  const calls = await thread.writes(namespace, checkpoint).all();
  for (const write of calls.flat()) {
    const place = JSON.stringify([write.task, write.index]);
    // A task that runs again does not change what it has written; an error or an answer takes the place of the last.
    if (write.index < 0 || !current.has(place)) current.set(place, write);
  }
  return [...current.values()].sort(
    (a, b) => byCodePoint(a.path, b.path) || byCodePoint(a.task, b.task) || a.index - b.index,
  );
}

// The order of UTF-8 bytes is that of code points; JavaScript's own order of strings is another one.
function byCodePoint(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}
