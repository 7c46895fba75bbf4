import type { Catalogue } from './catalogue.ts';
import { type Cost, unpriced } from './cost.ts';
import { listedCost, messageOf } from './listed.ts';
import { type UsageReading, unreadWords } from './normalise.ts';
import { ownRates, type Prices } from './prices.ts';
import { whoAnswered } from './provider-ids.ts';
import type { TokenUsage } from './usage.ts';

const NOTHING_SAID = 'The provider did not say what this call used.';

/** What prices are made of. */
export interface Pricing {
  readonly prices: Prices | undefined;
  /** Missing where the price list could not be loaded. */
  readonly catalogue: Catalogue | undefined;
}

/**
 * What a call cost that was made at this time: what the provider reported, else the user's price, else the listed one.
 * Never throws, and never gives 0 for what is not known.
 */
export function priceOf(reading: UsageReading | undefined, at: number, pricing: Pricing): Cost {
  try {
    return price(reading, at, pricing);
  } catch (error) {
    return unpriced('invalid-usage', `This call's usage could not be priced: ${messageOf(error)}`);
  }
}

/** Of a call in whose record of use nothing can be counted. */
export function unread(recorded: unknown): Extract<Cost, { status: 'unpriced' }> {
  const words = unreadWords(recorded);
  if (words.length === 0) return unpriced('usage-missing', NOTHING_SAID);
  const list = words.slice(0, 5).join(', ');
  return unpriced(
    'usage-missing',
    `What was used is told in words that are not known: ${list}. Its adapter's usage() is to give prompt_tokens and completion_tokens.`,
  );
}

function price(reading: UsageReading | undefined, at: number, pricing: Pricing): Cost {
  if (reading?.reported !== undefined) {
    const { reported: nanoUsd } = reading;
    const split = { inputNanoUsd: 0, outputNanoUsd: 0, otherNanoUsd: nanoUsd };
    return { status: 'priced', nanoUsd, ...split, source: 'provider', rates: undefined, notes: [] };
  }
  if (!reading || isEmpty(reading.usage)) {
    return unpriced('usage-missing', NOTHING_SAID);
  }
  const costs = reading.parts.map(({ usage, model = reading.model }) => {
    if (model === undefined) return unpriced('unknown-model', 'The provider did not say which model answered.');
    return priceOfPart(usage, model, reading.provider, at, pricing);
  });
  return withTerms(costs.reduce(together), reading.terms);
}

function priceOfPart(
  usage: TokenUsage,
  name: string,
  said: string | undefined,
  at: number,
  { prices, catalogue }: Pricing,
): Cost {
  const { provider, model } = whoAnswered(said, name);
  let rates: ReturnType<typeof ownRates>;
  try {
    rates = ownRates(prices, { provider: said, model: name, usage, at });
  } catch (error) {
    return unpriced('override-failed', `The option 'prices' failed for model '${name}': ${messageOf(error)}`);
  }
  if (!catalogue) {
    return unpriced(
      'catalogue-missing',
      'The package @pydantic/genai-prices could not be loaded. Install it, or keep it out of the bundle.',
    );
  }
  return rates
    ? listedCost(catalogue, usage, name, { provider: said, at, rates })
    : listedCost(catalogue, usage, model, { provider, at });
}

/** Several parts of one call; of an unknown part the whole is unknown. */
function together(a: Cost, b: Cost): Cost {
  if (a.status === 'unpriced') return a;
  if (b.status === 'unpriced') return b;
  if (a.status === 'free') return b;
  if (b.status === 'free') return a;
  return {
    status: a.status === 'estimated' ? a.status : b.status,
    nanoUsd: a.nanoUsd + b.nanoUsd,
    inputNanoUsd: a.inputNanoUsd + b.inputNanoUsd,
    outputNanoUsd: a.outputNanoUsd + b.outputNanoUsd,
    otherNanoUsd: a.otherNanoUsd + b.otherNanoUsd,
    source: a.source,
    rates: a.rates,
    notes: [...new Set([...a.notes, ...b.notes])],
  };
}

// The user's own rates are for the user's own terms.
function withTerms(cost: Cost, terms: readonly string[]): Cost {
  if (terms.length === 0 || (cost.status !== 'priced' && cost.status !== 'estimated')) return cost;
  return cost.source === 'override' ? cost : { ...cost, status: 'estimated', notes: [...cost.notes, ...terms] };
}

function isEmpty({ inputTokens, outputTokens, webSearches = 0 }: TokenUsage): boolean {
  return inputTokens + outputTokens + webSearches === 0;
}
