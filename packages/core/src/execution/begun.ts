import type { Scope, Work } from '../identity/ambient.ts';
import type { Entry } from '../identity/entry.ts';
import type { Match } from '../identity/matching.ts';
import type { CallStart } from '../journal/records.ts';

/** A call that has begun: its place is taken, and it is known whether it was recorded. */
export interface Begun {
  readonly start: CallStart;
  readonly match: Match;
  readonly scope: Scope;
  /** The input as it is stored. */
  readonly input: string;
  readonly work: Work;
}

/** The recorded call that this one is, where it had begun in this very execution, and not in one that it replays. */
export function begunHere({ match: { entry } }: Begun): Entry | undefined {
  return entry?.start.source === undefined ? entry : undefined;
}
