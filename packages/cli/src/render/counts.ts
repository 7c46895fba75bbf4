import type { CallRecord, ExecutionRecord } from '@reprise/core';
import { isGiven } from './calls.ts';

/** How much was made, and how often something was served. */
export interface Counts {
  readonly made: number;
  readonly served: number;
}

/**
 * Counted in the journals: a process that was killed has not written it down elsewhere. A wait is asked, and a flow is
 * what is made in it.
 */
export function countsOf(records: readonly Pick<ExecutionRecord, 'journal'>[]): Counts {
  const calls = records.flatMap(({ journal }) => journal);
  return { made: calls.filter(isMade).length, served: calls.reduce((sum, { served }) => sum + served, 0) };
}

function isMade(call: CallRecord): boolean {
  const { status, kind, keptFrom } = call;
  return status !== 'begun' && kind !== 'wait' && kind !== 'flow' && keptFrom === undefined && !isGiven(call);
}
