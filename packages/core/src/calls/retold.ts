import { DivergenceError } from '../errors/index.ts';
import type { Begun } from '../execution/begun.ts';
import type { Execution } from '../execution/execution.ts';

/**
 * Parks a call that an execution which is only told once more has no outcome of. The loser of a race need not have
 * one; where nothing else is left to do, the code has changed.
 */
export function unrecorded(execution: Execution, { start, input, match, scope }: Begun): Promise<never> | undefined {
  if (!execution.isRetold || execution.outcomes.find(match)) return undefined;
  const { id } = execution;
  const { kind, name } = start;
  execution.suspension.refuse(
    new DivergenceError(
      id,
      `Execution ${id} is completed, and its code now makes the ${kind} call '${name}', which it did not make then. ` +
        'It is told once more, and makes no calls: use the code that it was run with.',
      { actual: { kind, name, id: undefined, input } },
    ),
  );
  return execution.lifetime.parkIn(scope);
}
