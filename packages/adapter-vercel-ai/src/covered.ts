import { AsyncLocalStorage } from 'node:async_hooks';
import { current, RepriseError } from '@reprise/core';

/** By whom the model calls of the running code are recorded already: by their models, or around them by the net. */
export const covered: AsyncLocalStorage<'by models' | 'by the net' | undefined> = new AsyncLocalStorage();

/** Whether the running code belongs to an execution. */
export function isWithin(): boolean {
  try {
    current();
    return true;
  } catch (error) {
    if (RepriseError.isInstance(error)) return false;
    throw error;
  }
}
