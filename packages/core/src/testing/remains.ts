import type { Entry, FinishedEntry } from '../identity/entry.ts';
import { History } from '../identity/history.ts';
import { isPart } from '../identity/taken-over.ts';
import type { Seal } from '../journal/seal.ts';
import { JournalView } from '../journal/view.ts';
import type { Driver } from '../store/driver.ts';
import { guard } from '../store/guarded.ts';

/** A call, as the journal of its execution tells of it. */
export interface RecordedCall {
  readonly execution: string;
  readonly id: string;
  readonly name: string;
  /** What makes it the same call for a person: its flow, kind and name, and its input. */
  readonly content: string;
  readonly hasEnded: boolean;
  /** Its outcome counts: it must not be made again. */
  readonly isFinal: boolean;
  /** Nobody will ask for it any more: its execution, or a call around it, has ended. */
  readonly isHidden: boolean;
  /** Nothing depends on it: it ended after its execution, or stands in a call of which a person may say that it is done. */
  readonly isOptional: boolean;
}

/** An execution that is to be looked for in the store. */
export interface Trace {
  readonly id: string;
  readonly flow: string;
  readonly seal: Seal;
}

/** The calls that the store knows of, as it stands now, by execution and id. */
export async function readRemains(driver: Driver, traces: Iterable<Trace>): Promise<Map<string, RecordedCall>> {
  const store = await guard(driver);
  const calls = new Map<string, RecordedCall>();
  for (const { id, flow, seal } of traces) {
    const { records } = await JournalView.open(store, seal, id);
    const end = records.findIndex(({ head }) => head.t === 'end' && head.status !== 'failed');
    const inTime = end === -1 ? undefined : new History(records.slice(0, end));
    const history = new History(records);
    for (const entry of history.entries.values()) {
      if (!isPart(history.entries, entry)) continue;
      const { start } = entry;
      calls.set(callKey(id, start.id), {
        execution: id,
        id: start.id,
        name: start.name,
        content: `${flow}\n${start.kind}\n${start.name}\n${start.digest}`,
        hasEnded: entry.end !== undefined,
        isFinal: isFinished(entry) && (entry.end.ok || history.survival.survived(entry)),
        isHidden: end !== -1 || isInside(history, entry, (around) => around.end !== undefined || isOnce(around)),
        isOptional: isInside(history, entry, isOnce) || (inTime !== undefined && !inTime.entries.get(start.id)?.end),
      });
    }
  }
  return calls;
}

/** Tells the calls of all executions apart. */
export function callKey(execution: string, id: string): string {
  return `${execution} ${id}`;
}

function isFinished(entry: Entry): entry is FinishedEntry {
  return entry.end !== undefined;
}

function isOnce({ start }: Entry): boolean {
  return start.once === true;
}

/** Whether some call around this one fits. */
function isInside(history: History, { start }: Entry, fits: (around: Entry) => boolean): boolean {
  const around = history.entries.get(start.scope.split('/', 1)[0] as string);
  return around !== undefined && (fits(around) || isInside(history, around, fits));
}
