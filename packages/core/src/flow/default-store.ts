import type { Seal } from '../journal/seal.ts';
import type { Store } from '../store/store.ts';
import { defaultEngine } from './default-engine.ts';

/**
 * The store of the default engine, and the seal of what it keeps there: for what has its place beside executions.
 * It is opened when it is first needed, and closed by `close()` of `@reprise/core`, so ask again for each use.
 */
export async function defaultStore(): Promise<{ store: Store; seal: Seal }> {
  const { store, seal } = await defaultEngine.context();
  return { store, seal };
}
