import { DivergenceError } from '../errors/index.ts';
import type { Begun } from '../execution/begun.ts';
import { ambient, type Execution } from '../execution/execution.ts';
import type { CallIdentity } from '../execution/spec.ts';
import { type Ambient, type Scope, type Step, stepInto } from '../identity/ambient.ts';
import { outsideOfBranches } from '../identity/branch.ts';
import type { CallStart } from '../journal/records.ts';
import { beginCall } from './begin.ts';
import { unrecorded } from './retold.ts';

/** An error of matching has stopped the execution; any other is the caller's own. */
function diverged(error: unknown, execution: Execution, scope: Scope): Promise<never> {
  return DivergenceError.isInstance(error) ? execution.lifetime.parkIn(scope) : Promise.reject(error);
}

type GoOn<T> = (execution: Execution, begun: Begun) => Promise<T>;

/**
 * Takes a call's place, finds out whether it was recorded, and goes on from there. Must run in the caller's own
 * synchronous code: that is what ties the call to its async branch.
 */
export function placeCall<T>(
  here: Ambient<Execution>,
  identity: CallIdentity,
  extra: Partial<CallStart> | undefined,
  goOn: GoOn<T>,
): Promise<T> {
  const step = stepInto(ambient, here, identity.kind, identity.name);
  return outsideOfBranches(() => goOnFrom(here, step, identity, extra, goOn));
}

function goOnFrom<T>(
  here: Ambient<Execution>,
  step: Step,
  identity: CallIdentity,
  extra: Partial<CallStart> | undefined,
  goOn: GoOn<T>,
): Promise<T> {
  const { execution } = here.home;
  if (execution) return begin(execution, step, identity, extra, goOn);

  const opened = here.home.open();
  const placed = Promise.withResolvers<void>();
  step.next.decided = placed.promise;
  return opened.then((home) => {
    const work = begin(home, step, identity, extra, goOn);
    (step.next.decided ?? Promise.resolve()).then(placed.resolve);
    return work;
  });
}

function begin<T>(
  execution: Execution,
  step: Step,
  identity: CallIdentity,
  extra: Partial<CallStart> | undefined,
  goOn: GoOn<T>,
): Promise<T> {
  const stopped = execution.lifetime.whileOpen(step.scope);
  if (stopped) return stopped;
  try {
    const begun = beginCall(execution, step, identity, extra);
    if (!(begun instanceof Promise)) return unrecorded(execution, begun) ?? goOn(execution, begun);
    return begun.then(
      (b) => unrecorded(execution, b) ?? goOn(execution, b),
      (error) => diverged(error, execution, step.scope),
    );
  } catch (error) {
    return diverged(error, execution, step.scope);
  }
}
