import { loadCatalogue } from '../cost/catalogue.ts';
import type { Cost } from '../cost/cost.ts';
import { readUsage } from '../cost/normalise.ts';
import { type Pricing, priceOf } from '../cost/price.ts';
import type { EngineContext } from '../execution/context.ts';
import type { Engine } from '../flow/engine.ts';
import { History } from '../identity/history.ts';
import { callKey } from '../journal/records.ts';
import { JournalView } from '../journal/view.ts';
import { type NamedCall, nameCalls } from './paths.ts';

/** What some calls have cost. */
export interface Spent {
  /** Of the calls that have a price, in nano-dollars. */
  readonly nanoUsd: number;
  readonly tokens: number;
  /** How many model calls it is about. */
  readonly calls: number;
  /** How many of them have no known price. Where there are any, `nanoUsd` is the least that it was. */
  readonly unpriced: number;
}

export const NOTHING: Spent = { nanoUsd: 0, tokens: 0, calls: 0, unpriced: 0 };

export function sumSpent(all: readonly Spent[]): Spent {
  return all.reduce(
    (a, b) => ({
      nanoUsd: a.nanoUsd + b.nanoUsd,
      tokens: a.tokens + b.tokens,
      calls: a.calls + b.calls,
      unpriced: a.unpriced + b.unpriced,
    }),
    NOTHING,
  );
}

/** A call's price; of a flow, what the calls inside of it have cost. */
export interface Priced {
  readonly cost: Cost | undefined;
  readonly spent: Spent;
}

export async function pricingOf(engine: Engine): Promise<Pricing> {
  return { prices: engine.prices, catalogue: await loadCatalogue() };
}

/**
 * What each of these calls cost, where it was a model call, or a flow that made some. A model call that encloses
 * another one was paid for there.
 */
export async function priceCalls(
  context: EngineContext,
  execution: string,
  calls: ReadonlyMap<string, NamedCall>,
  pricing: Pricing,
): Promise<Map<string, Priced>> {
  const encloses = new Set<string>();
  for (const { entry, parent } of calls.values()) {
    if (entry.start.kind !== 'llm') continue;
    for (let at = parent; at !== undefined; at = calls.get(at)?.parent) encloses.add(at);
  }
  const priced = new Map<string, Priced>();
  for (const { id, entry } of calls.values()) {
    const { start, end } = entry;
    if (start.kind === 'llm' && !encloses.has(id) && start.override !== 'output' && start.override !== 'error') {
      const reading = readUsage(end?.usage);
      const cost = priceOf(reading, start.at, pricing);
      const { inputTokens = 0, outputTokens = 0 } = reading?.usage ?? {};
      const unpriced = cost.status === 'unpriced' ? 1 : 0;
      const spent = { nanoUsd: cost.nanoUsd ?? 0, tokens: inputTokens + outputTokens, calls: 1, unpriced };
      priced.set(id, { cost, spent });
    } else if (start.kind === 'flow') {
      const spent = await spentBy(context, `${start.source ?? execution}.${callKey(start)}`, pricing);
      priced.set(id, { cost: undefined, spent });
    }
  }
  return priced;
}

/** What the model calls of an execution and of its children have cost. */
async function spentBy(context: EngineContext, id: string, pricing: Pricing): Promise<Spent> {
  const { records } = await JournalView.open(context.store, context.seal, id);
  const priced = await priceCalls(context, id, nameCalls(new History(records)), pricing);
  return sumSpent([...priced.values()].map(({ spent }) => spent));
}
