import type { Entry } from './entry.ts';
import { topScope } from './scopes.ts';

/** What a replay has from another execution, and which of it has become its own. */

/** Where it does not fit, the call is made, as it would have been without it. */
export function isTakenOver({ start }: Entry): boolean {
  return start.source !== undefined;
}

/** Whether the call was made here, or a replay has come by and was served what it had taken over. */
export function isPart(entries: ReadonlyMap<string, Entry>, entry: Entry): boolean {
  if (!isTakenOver(entry) || entry.handed !== undefined) return true;
  return entry.end !== undefined && servedAround(entries, entry) !== undefined;
}

/** The place of an outcome among all that were handed out; of one inside of a call that was served, that call's. */
export function handedAt(entries: ReadonlyMap<string, Entry>, entry: Entry): number {
  return entry.handed ?? servedAround(entries, entry)?.handed ?? entry.order;
}

function servedAround(entries: ReadonlyMap<string, Entry>, entry: Entry): Entry | undefined {
  let around: Entry | undefined = entry;
  do around = entries.get(topScope(around.start.scope));
  while (around && isTakenOver(around) && around.handed === undefined);
  return around && isTakenOver(around) ? around : undefined;
}
