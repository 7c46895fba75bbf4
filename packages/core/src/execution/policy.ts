import type { MatchPolicy } from '../identity/matching.ts';
import type { JournalRecord } from '../journal/records.ts';
import type { EngineContext } from './context.ts';
import type { Execution } from './execution.ts';
import type { Guard } from './guard.ts';
import type { OutcomePolicy } from './outcomes.ts';

/** Makes the guard of an execution that was just taken hold of, with the records that it has. */
export type MakeGuard = (
  context: EngineContext,
  execution: Execution,
  records: readonly JournalRecord[],
) => Guard | undefined;

/** How one execution is to be run. */
export interface ExecutionPolicy extends MatchPolicy, OutcomePolicy {
  /** The flow's version now; the origin has the one that it was started with. */
  readonly version: string | undefined;
  /** Gives the guard that is asked before model calls, where there is to be one. */
  readonly guard?: MakeGuard | undefined;
}
