import { AsyncLocalStorage } from 'node:async_hooks';

/** By whom the model calls of the running code are recorded already: by their models, or around them by the net. */
export const covered: AsyncLocalStorage<'by models' | 'by the net' | undefined> = new AsyncLocalStorage();
