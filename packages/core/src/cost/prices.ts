import { UsageError } from '../errors/index.ts';
import { canonicalProvider } from './provider-ids.ts';
import { checkRates, type Rates } from './rates.ts';
import type { TokenUsage } from './usage.ts';

/** The call whose price is asked for. */
export interface PriceRequest {
  readonly provider: string | undefined;
  readonly model: string;
  readonly usage: TokenUsage;
  /** When the call was made, in milliseconds since the epoch. */
  readonly at: number;
}

/** Rates by model (`'llama-5'`), or by provider and model (`'acme/llama-5'`). */
export type PriceTable = Readonly<Record<string, Rates>>;

/** Prices of the user's own: a table, or a function that gives rates, or nothing where the price list is to be asked. */
export type Prices = PriceTable | ((request: PriceRequest) => Rates | undefined);

/** Refuses prices that could not be used. */
export function checkPrices(prices: unknown): asserts prices is Prices {
  if (typeof prices === 'function') return;
  if (typeof prices !== 'object' || prices === null || Array.isArray(prices)) {
    throw new UsageError("Option 'prices' must be a table of rates by model, or a function that gives rates.");
  }
  for (const [model, rates] of Object.entries(prices)) checkRates(rates, `Option 'prices', model '${model}',`);
}

/** The user's rates for a call, where there are any. Throws what a function of the user's throws. */
export function ownRates(prices: Prices | undefined, request: PriceRequest): Rates | undefined {
  if (prices === undefined) return undefined;
  if (typeof prices === 'function') {
    const rates: unknown = prices(request);
    if (rates === undefined) return undefined;
    checkRates(rates, `What 'prices' gave for model '${request.model}'`);
    return rates;
  }
  const { provider, model } = request;
  const names = provider === undefined ? [] : [`${provider}/${model}`, `${canonicalProvider(provider)}/${model}`];
  const name = [...names, model].find((one) => Object.hasOwn(prices, one));
  return name === undefined ? undefined : prices[name];
}
