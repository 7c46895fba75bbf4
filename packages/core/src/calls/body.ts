import type { Begun } from '../execution/begun.ts';
import { ambient, type Execution } from '../execution/execution.ts';
import type { CallContext } from '../execution/spec.ts';
import { type RunningCall, scopeStart } from '../identity/ambient.ts';
import { inNewBranch } from '../identity/branch.ts';
import { callKey } from '../journal/records.ts';

/** Runs a call's body, as what encloses the calls that it makes. */
export async function runBody<R>(
  execution: Execution,
  { start, scope, work }: Begun,
  attempt: number,
  signal: AbortSignal,
  run: (context: CallContext) => R,
): Promise<Awaited<R>> {
  const { id, kind, name } = start;
  const key = callKey(start);
  const call: RunningCall = { id, key, kind, name, attempt, signal, parent: scope.call, work };
  // Each attempt is a scope of its own: what failed is tried afresh, and not served from the attempt before.
  const body = attempt === 1 ? id : `${id}/${attempt}`;
  const inner = { id: body, sequential: false, parent: scope, call };
  const context: CallContext = {
    id,
    attempt,
    signal,
    // Made when it is asked for: few bodies do.
    get idempotencyKey() {
      return execution.idempotencyKey(key);
    },
  };
  execution.emit({ type: 'begun', call: { id, kind, name, attempt } });
  const span = execution.trace?.begin(call);
  try {
    return await ambient.run({ home: execution, scope: inner, cause: scopeStart(body) }, () => {
      execution.drains.enter(`${body}>`);
      return inNewBranch(() => (span ? span.inside(() => run(context)) : run(context)));
    });
  } catch (error) {
    span?.failed(error);
    throw error;
  }
}
