import type { CallEnd, CallStart, Payload } from '../journal/records.ts';

/** A recorded call. */
export interface Entry {
  start: CallStart;
  input: Payload | undefined;
  /** Missing where the call had begun and no outcome was recorded. */
  end: CallEnd | undefined;
  /** The place of the outcome among all that were recorded. */
  order: number;
  /** Its place among all that were handed out; missing where a replay may yet come to take it from its source. */
  handed: number | undefined;
  /** The outcome's value. */
  value: Payload | undefined;
  /** How many times it had begun without an outcome in between. */
  begun: number;
  /** How many chunks of its stream had been shown. */
  shown: number;
  /** The answers that did not fit, and what was wrong with the last one. */
  refused: { readonly count: number; readonly reason: string | undefined };
  /** A call of this run has turned out to be this one. */
  claimed: boolean;
  /** What set this call off has happened, and the call has not come yet: it may be late, or gone. */
  passed: boolean;
  /** Its outcome need not be handed out any more. */
  settled: boolean;
}

/** A call that has begun, and has no id before it is known which record it is. */
export type CallAttempt = Omit<CallStart, 'id'>;

/** A recorded call that has an outcome. */
export type FinishedEntry = Entry & { readonly end: CallEnd };
