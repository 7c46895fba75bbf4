import type { Entry } from '../../identity/entry.ts';
import type { History } from '../../identity/history.ts';
import { handedAt } from '../../identity/taken-over.ts';
import type { NamedCall } from '../paths.ts';

/** What a replay takes over of its source's calls. */
export interface Cut {
  /** Their outcomes, in the order in which they were handed out. The first ones had ended before the replay's point. */
  readonly ended: readonly Entry[];
  /** How many of them had ended before that point. */
  readonly before: number;
  /** That they had begun. Without it, calls that ran beside them could not be told from them. */
  readonly begun: ReadonlySet<string>;
}

/**
 * Cuts a history at a call, as if the process had stopped when it began; with `unchanged` the later outcomes are
 * there, too, for whoever asks with the same input. What is `made` again has none, nor has what encloses it.
 */
export function cutHistory(
  history: History,
  calls: ReadonlyMap<string, NamedCall>,
  anchor: Entry | undefined,
  made: readonly string[],
  reuse: 'before' | 'unchanged',
): Cut {
  const open = new Set<string>();
  for (const id of made) {
    for (let at: string | undefined = id; at !== undefined; at = calls.get(at)?.parent) open.add(at);
  }
  const entries = [...calls.values()].map(({ entry }) => entry);
  const isBefore = (entry: Entry) => endedBefore(history, entry, anchor);
  const ended = entries
    .filter((entry) => isFinal(history, entry) && !open.has(entry.start.id))
    .filter((entry) => reuse === 'unchanged' || isBefore(entry))
    .sort((a, b) => handedAt(history.entries, a) - handedAt(history.entries, b) || a.order - b.order);
  const begun = new Set(ended.map(({ start }) => start.id));
  for (const { start } of entries) {
    if (reuse === 'unchanged' || (anchor && start.turn <= anchor.start.turn)) begun.add(start.id);
  }
  return { ended, before: ended.filter(isBefore).length, begun };
}

/** Whether the outcome of a call had been handed out when another one began. */
export function endedBefore(history: History, entry: Entry, anchor: Entry | undefined): boolean {
  return anchor !== undefined && entry.end !== undefined && handedAt(history.entries, entry) < anchor.start.seen;
}

/** A failure at which the program stood is no outcome that it went on with. */
function isFinal(history: History, entry: Entry): boolean {
  return entry.end !== undefined && (entry.end.ok || history.survival.survived(entry));
}
