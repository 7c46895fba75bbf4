import { CancelledError } from '../errors/index.ts';
import type { Begun } from '../execution/begun.ts';
import type { Execution } from '../execution/execution.ts';
import type { Guard } from '../execution/guard.ts';
import type { CallIdentity } from '../execution/spec.ts';
import type { Estimate } from '../journal/records.ts';
import { noteAgain } from './begin.ts';

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
  return execution.lifetime.doing(guarded, () => make(guarded).finally(() => guard.close(guarded)));
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
  const { stopReason, isOver } = execution.lifetime;
  if (isOver) {
    guard.close(begun);
    return CancelledError.isInstance(stopReason) ? { error: stopReason } : execution.lifetime.parkCall(begun);
  }
  noteAgain(execution, begun, estimate);
  await execution.journal.flush().catch(() => execution.lifetime.parkCall(begun));
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
