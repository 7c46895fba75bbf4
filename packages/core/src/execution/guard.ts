import { CancelledError } from '../errors/index.ts';
import type { CallEnd, Estimate, JournalRecord } from '../journal/records.ts';
import { type Begun, noteAgain } from './begin.ts';
import type { Execution } from './execution.ts';
import type { CallIdentity } from './spec.ts';

/** Asked before each model call that is to be made, and told what came of it. */
export interface Guard {
  /** Resolves, with what the call is taken to use, once it may be made. Rejects where it may not. */
  admit(begun: Begun, identity: CallIdentity): Promise<Estimate>;
  /** Whether a call that had begun in an earlier process, and has no outcome, may have been made there. */
  mayBeMade(begun: Begun): boolean;
  /** The outcome of a call is durable. */
  settle(begun: Begun, end: CallEnd): void;
  /** A call that was admitted is over, or this attempt at it; without news, nobody knows what it has used. */
  close(begun: Begun): void;
}

/** Makes the guard of an execution that was just taken hold of, with the records that it has. */
export type MakeGuard = (execution: Execution, records: readonly JournalRecord[]) => Guard | undefined;

/**
 * The guard that a call has to ask, if any. A model call inside of another one is a part of that: it was paid for, or
 * will be, by what was admitted already.
 */
export function guardOf({ guard }: Execution, { start, scope }: Begun): Guard | undefined {
  if (!guard || start.kind !== 'llm') return undefined;
  for (let call = scope.call; call; call = call.parent) if (call.kind === 'llm') return undefined;
  return guard;
}

/** Does a guarded call's work. However it ends, its guard is told. */
export function guarding<T>(
  guard: Guard,
  execution: Execution,
  begun: Begun,
  make: (guarded: Begun) => Promise<T>,
): Promise<T> {
  const guarded: Begun = { ...begun, start: { ...begun.start, guarded: true } };
  return execution.doing(guarded, () => make(guarded).finally(() => guard.close(guarded)));
}

/**
 * Waits until a call may be made, and notes that it is made: durably, before it is, so that a crash cannot hide what may
 * have been paid for. Gives the error with which it is refused.
 */
export async function askGuard(
  guard: Guard,
  execution: Execution,
  begun: Begun,
  identity: CallIdentity,
): Promise<{ readonly error: unknown } | undefined> {
  let estimate: Estimate;
  try {
    estimate = await guard.admit(begun, identity);
  } catch (error) {
    return { error };
  }
  const { stopReason } = execution;
  if (execution.isOver) {
    guard.close(begun);
    return CancelledError.isInstance(stopReason) ? { error: stopReason } : execution.parkCall(begun);
  }
  noteAgain(execution, begun, estimate);
  await execution.journal.flush().catch(() => execution.parkCall(begun));
  return undefined;
}

/** Before a further attempt, which may be paid for as the one before was. Gives the error with which it is refused. */
export function askAgain(
  guard: Guard,
  execution: Execution,
  begun: Begun,
  identity: CallIdentity,
): Promise<{ readonly error: unknown } | undefined> {
  guard.close(begun);
  return askGuard(guard, execution, begun, identity);
}
