import type { NanoUsd } from './money.ts';

/** Where a price came from: the provider's own answer, the option `prices`, or the price list that comes along. */
export type PriceSource = 'provider' | 'override' | 'catalogue';

/** Why a call has no price. */
export type UnpricedReason =
  | 'unknown-model'
  | 'no-rates'
  | 'usage-missing'
  | 'invalid-usage'
  | 'failed'
  | 'lost'
  | 'in-flight'
  | 'override-failed'
  | 'catalogue-missing';

/** What one call cost. What is not known cannot be read as 0. */
export type Cost =
  | {
      /** `estimated`: at rates that may not be those of the bill; `notes` say why. */
      readonly status: 'priced' | 'estimated';
      /** In nano-dollars: exactly the sum of the three parts. */
      readonly nanoUsd: NanoUsd;
      readonly inputNanoUsd: NanoUsd;
      readonly outputNanoUsd: NanoUsd;
      /** What is billed by the request, such as searches; and an amount that the provider did not split. */
      readonly otherNanoUsd: NanoUsd;
      readonly source: PriceSource;
      /** Whose rates were used, in the words of the price list, which may differ from the call's own. */
      readonly rates: { readonly provider: string; readonly model: string } | undefined;
      readonly notes: readonly string[];
    }
  | { readonly status: 'free'; readonly nanoUsd: 0; readonly reason: 'free-model' | 'refused' }
  | {
      readonly status: 'unpriced';
      readonly nanoUsd: undefined;
      readonly reason: UnpricedReason;
      /** What is the matter, and what to do. */
      readonly hint: string;
    };

export function unpriced(reason: UnpricedReason, hint: string): Extract<Cost, { status: 'unpriced' }> {
  return { status: 'unpriced', nanoUsd: undefined, reason, hint };
}
