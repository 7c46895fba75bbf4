import { AsyncLocalStorage } from 'node:async_hooks';

/** By whom the model calls of the running code are recorded already: by their models, or around them by the net. */
export const covered: AsyncLocalStorage<'by models' | 'by the net' | undefined> = new AsyncLocalStorage();

/** Runs code that is somebody else's: what it asks of models by itself is recorded by the net. */
export function uncovered<T>(run: () => T): T {
  return covered.run(undefined, run);
}
