import { UsageError } from '../errors/index.ts';
import { ambient, type Execution } from '../execution/execution.ts';
import type { Ambient } from '../identity/ambient.ts';
import { processExecution } from './default-engine.ts';
import { isOff } from './off.ts';

/** Has misuse reject like every failure of what returns a promise. Runs in the caller's own synchronous code. */
export function rejecting<T>(run: () => Promise<T>): Promise<T> {
  try {
    return run();
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Where the running code stands; outside of every flow, the execution of the process. */
export function hereOrProcess(): Ambient<Execution> {
  return ambient.getStore() ?? processExecution.here;
}

/** Whether the running code belongs to an execution: a flow's, or the one that the process was started as. */
export function isInExecution(): boolean {
  return ambient.getStore() !== undefined || (processExecution.isNamed && !isOff());
}

/**
 * Where the running code stands. `what` was called, and needs a flow around it, unless the whole process was
 * started as one execution.
 */
export function here(what: string): Ambient<Execution> {
  const place = ambient.getStore();
  if (place) return place;
  if (processExecution.isNamed) return processExecution.here;
  throw new UsageError(
    `${what} was called outside of a flow. Wrap the code in one: const run = flow('name', async (input) => { … }). ` +
      'Or have the whole program be one execution: npx reprise run <file>.',
  );
}
