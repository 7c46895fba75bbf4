import { UsageError } from '../errors/index.ts';
import { ambient } from '../execution/execution.ts';
import type { Redact } from '../execution/redact.ts';
import type { Seal } from '../journal/seal.ts';
import type { Store } from '../store/store.ts';
import { defaultEngine } from './default-engine.ts';
import type { Engine } from './engine.ts';

/** The store of an engine, and what is done to all that is kept there: for what has its place beside executions. */
export interface EngineStore {
  readonly store: Store;
  readonly seal: Seal;
  readonly redact: Redact | undefined;
}

const engines = new WeakMap<object, Engine>();

/** Has the store of an engine of the user's own found by the object that stands for it. */
export function nameEngine(reprise: object, engine: Engine): void {
  engines.set(reprise, engine);
}

/**
 * The store of the default engine. It is opened when it is first needed, and closed by `close()` of `@reprise/core`, so
 * ask again for each use.
 */
export function defaultStore(): Promise<EngineStore> {
  return storeOf(defaultEngine);
}

/**
 * The store of an engine of one's own; without one, that of the engine that runs the code at hand; outside of every
 * execution, that of the default engine. Ask again for each use.
 */
export async function engineStore(reprise?: object): Promise<EngineStore> {
  if (reprise === undefined) {
    const running = ambient.getStore()?.home.execution;
    return running ? pick(running.environment) : defaultStore();
  }
  const engine = engines.get(reprise);
  if (!engine) throw new UsageError('An engine was expected, as new Reprise({ store }) makes one.');
  return storeOf(engine);
}

async function storeOf(engine: Engine): Promise<EngineStore> {
  return pick(await engine.context());
}

function pick({ store, seal, redact }: EngineStore): EngineStore {
  return { store, seal, redact };
}
