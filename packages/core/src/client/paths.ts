import type { Entry } from '../identity/entry.ts';
import type { History } from '../identity/history.ts';
import { topScope } from '../identity/scopes.ts';
import { isPart } from '../identity/taken-over.ts';

/** A recorded call, and how a person names it. */
export interface NamedCall {
  readonly entry: Entry;
  readonly id: string;
  /** The names of the calls around it and its own, each numbered from the second of its name on: `plan/research#2`. */
  readonly path: string;
  /** The how-manieth of its name it is in the execution, from 1. */
  readonly number: number;
  /** The call that encloses it. */
  readonly parent: string | undefined;
}

/** The calls of a journal with their names, in the order in which they began. */
export function nameCalls(history: History): Map<string, NamedCall> {
  const ordered = [...history.entries.values()].filter((entry) => isPart(history.entries, entry)).sort(byBeginning);
  const named = new Map<string, NamedCall>();
  const counts = new Map<string, number>();
  const count = (key: string) => {
    const n = (counts.get(key) ?? 0) + 1;
    counts.set(key, n);
    return n;
  };
  for (const entry of ordered) {
    const { id, name, scope } = entry.start;
    const parent = topScope(scope) || undefined;
    const nth = count(`${parent ?? ''}\n${name}`);
    const own = nth === 1 ? name : `${name}#${nth}`;
    const around = parent === undefined ? undefined : named.get(parent)?.path;
    const path = around === undefined ? own : `${around}/${own}`;
    named.set(id, { entry, id, path, number: count(`\n\n${name}`), parent });
  }
  return named;
}

// What is recorded with its outcome stands where that came.
function byBeginning({ start: a }: Entry, { start: b }: Entry): number {
  return a.turn - b.turn || a.at - b.at || a.n - b.n;
}
