import type { Estimate } from '../journal/records.ts';
import type { Cost } from './cost.ts';
import type { LedgerAttempt } from './ledger.ts';
import { readUsage, type UsageReading } from './normalise.ts';
import { type Pricing, priceOf, unread } from './price.ts';

/** What calls have used. */
export interface Amount {
  readonly nanoUsd: bigint;
  readonly tokens: number;
}

/** An attempt at a model call, as far as it matters for a budget. */
export type TalliedAttempt = Pick<LedgerAttempt, 'name' | 'status' | 'at' | 'usage' | 'isRefused' | 'estimate'>;

/** Something about a call that could not be counted, and what to do about it. */
export interface Unknown {
  readonly name: string;
  readonly model: string | undefined;
  readonly hint: string;
}

export const NOTHING: Amount = { nanoUsd: 0n, tokens: 0 };

/** Adds up what calls have used, and learns from it what the next one may use. */
export class Tally {
  readonly #pricing: Pricing;
  #known = NOTHING;
  /** Nobody knows what these have used: they were cut off, or failed, or said nothing. */
  readonly #uncertain: { readonly key: string; readonly estimate: Amount }[] = [];
  readonly #dearest = new Map<string, Amount>();
  #unpriced: Unknown | undefined;
  #uncounted: Unknown | undefined;

  constructor(pricing: Pricing) {
    this.#pricing = pricing;
  }

  /** The first call whose price is unknown, and the first that did not say how many tokens it took. */
  get unknown(): { readonly price: Unknown | undefined; readonly tokens: Unknown | undefined } {
    return { price: this.#unpriced ?? this.#uncounted, tokens: this.#uncounted };
  }

  /** What has been used. What is uncertain counts with its estimate, or the dearest call of its kind that was seen. */
  get spent(): Amount {
    return this.#uncertain
      .map(({ key, estimate }) => larger(estimate, this.#dearest.get(key)))
      .reduce(sum, this.#known);
  }

  add({ name, status, at, usage, isRefused, estimate }: TalliedAttempt): void {
    const key = keyOf(estimate?.model, name);
    const reading = readUsage(usage);
    if (!reading && isRefused) return;
    if (!reading) {
      this.#uncertain.push({ key, estimate: amountOf(estimate) });
      if (status === 'made') {
        this.#uncounted ??= { name, model: estimate?.model, hint: unread(usage).hint };
        this.#learn(key, amountOf(estimate));
      }
      return;
    }
    const cost = priceOf(reading, at, this.#pricing);
    if (cost.status === 'unpriced') this.#unpriced ??= { name, model: reading.model, hint: cost.hint };
    const { inputTokens, outputTokens } = reading.usage;
    const amount: Amount = { nanoUsd: nanoOf(cost), tokens: inputTokens + outputTokens };
    this.#known = sum(this.#known, amount);
    for (const one of new Set([key, keyOf(reading.model, name)])) this.#learn(one, amount);
  }

  #learn(key: string, amount: Amount): void {
    this.#dearest.set(key, larger(amount, this.#dearest.get(key)));
  }

  /** The most that a call of this model has used; of this name, where the model is not known. */
  dearest(model: string | undefined, name: string): Amount | undefined {
    return this.#dearest.get(keyOf(model, name));
  }
}

/** What so many tokens of input cost, before it is known what comes of them. */
export function priceOfInput(
  asked: { readonly provider?: string | undefined; readonly model?: string | undefined },
  tokens: number,
  at: number,
  pricing: Pricing,
): Cost {
  const usage = { inputTokens: Math.max(1, tokens), outputTokens: 0 };
  const { provider, model } = asked;
  const reading: UsageReading = {
    provider,
    model,
    usage,
    parts: [{ model: undefined, usage }],
    reported: undefined,
    terms: [],
  };
  return priceOf(reading, at, pricing);
}

export function nanoOf({ nanoUsd }: Cost): bigint {
  return BigInt(nanoUsd ?? 0);
}

export function amountOf(estimate: Estimate | undefined): Amount {
  return estimate ? { nanoUsd: BigInt(estimate.nanoUsd), tokens: estimate.tokens } : NOTHING;
}

export function sum(a: Amount, b: Amount): Amount {
  return { nanoUsd: a.nanoUsd + b.nanoUsd, tokens: a.tokens + b.tokens };
}

export function larger(a: Amount, b: Amount = NOTHING): Amount {
  // biome-ignore lint/complexity/useMathMinMax: it takes no bigint
  return { nanoUsd: a.nanoUsd > b.nanoUsd ? a.nanoUsd : b.nanoUsd, tokens: Math.max(a.tokens, b.tokens) };
}

function keyOf(model: string | undefined, name: string): string {
  return model === undefined ? `call ${name}` : `model ${model}`;
}
