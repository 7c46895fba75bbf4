import type { Catalogue, ListedPrice, ListOptions, Units } from './catalogue.ts';
import { type Cost, unpriced } from './cost.ts';
import type { NanoUsd } from './money.ts';
import type { TokenUsage } from './usage.ts';

const PER_DOLLAR = 1e9;

/** What counts are called in the price list, the rate that they need, and what takes its place where it is missing. */
const UNITS = [
  ['inputTokens', 'input_tokens', 'input_mtok', undefined],
  ['cacheReadInputTokens', 'cache_read_tokens', 'cache_read_mtok', 'the input rate'],
  ['cacheCreationInputTokens', 'cache_write_tokens', 'cache_write_mtok', 'the input rate'],
  ['cacheCreation1hInputTokens', 'cache_write_1h_tokens', 'cache_write_1h_mtok', 'the rate of 5 minutes'],
  ['audioInputTokens', 'input_audio_tokens', 'input_audio_mtok', 'the input rate'],
  ['imageInputTokens', 'input_image_tokens', 'input_image_mtok', 'the input rate'],
  ['outputTokens', 'output_tokens', 'output_mtok', undefined],
  ['reasoningOutputTokens', 'output_reasoning_tokens', 'output_reasoning_mtok', ''],
  ['audioOutputTokens', 'output_audio_tokens', 'output_audio_mtok', 'the output rate'],
  ['imageOutputTokens', 'output_image_tokens', 'output_image_mtok', 'the output rate'],
  ['webSearches', 'web_searches', 'web_searches_kcount', undefined],
] as const;

const MODALITIES = /audio|image/;

/** What one part of a call costs at listed rates, or at those that are given. */
export function listedCost(catalogue: Catalogue, usage: TokenUsage, model: string, options: ListOptions): Cost {
  const notes: string[] = [];
  let price: ListedPrice | undefined;
  try {
    price = withNarrower(usage, notes, (units) => catalogue.price(units, model, options));
  } catch (error) {
    return unpriced('invalid-usage', `The counts of this call contradict each other: ${messageOf(error)}`);
  }
  const name = options.provider === undefined ? model : `${options.provider}/${model}`;
  if (!price) return unpriced('unknown-model', `No price is known for '${name}'. ${howToPrice(name)}`);
  const isFree = price.rates.model.endsWith(':free');
  if (price.has.size === 0 && isFree) return { status: 'free', nanoUsd: 0, reason: 'free-model' };
  if (price.has.size === 0 || isWithoutRate(price, usage)) {
    return unpriced('no-rates', `The price list has '${name}' without the rates that it needs. ${howToPrice(name)}`);
  }
  notes.push(...standIns(price, usage));
  return costOf(price, options.rates ? 'override' : 'catalogue', notes);
}

/** What to do where a model has no price. */
export function howToPrice(name: string): string {
  const rates = `configure({ prices: { '${name}': { input_mtok: …, output_mtok: … } } })`;
  // The address of a server, which may be a proxy in front of a provider whose prices are known.
  if (name.includes('://'))
    return `Say whose it is, durable(client, { provider: 'openai' }), or set a price: ${rates}.`;
  return `Set it: ${rates}.`;
}

/** Tries all counts, and where some that overlap are in the way, those without kinds of content. */
function withNarrower(
  usage: TokenUsage,
  notes: string[],
  price: (units: Units) => ListedPrice | undefined,
): ListedPrice | undefined {
  const units = unitsOf(usage);
  const plain = Object.entries(units).filter(([name]) => !MODALITIES.test(name));
  try {
    return price(units);
  } catch (error) {
    if (plain.length === Object.keys(units).length) throw error;
    notes.push('audio and images priced as text');
    return price(Object.fromEntries(plain));
  }
}

function unitsOf(usage: TokenUsage): Units {
  const units: Record<string, number> = {};
  for (const [count, unit] of UNITS) {
    const number = usage[count];
    // A part that was not used says nothing, and may be one that the list does not know for this model.
    if (number !== undefined && (number > 0 || count === 'inputTokens' || count === 'outputTokens'))
      units[unit] = number;
  }
  return units;
}

/** Tokens that would have come out as 0 for want of a rate. */
function isWithoutRate({ has }: ListedPrice, usage: TokenUsage): boolean {
  return (usage.inputTokens > 0 && !has.has('input_mtok')) || (usage.outputTokens > 0 && !has.has('output_mtok'));
}

function* standIns({ has }: ListedPrice, usage: TokenUsage): Generator<string> {
  for (const [count, , rate, standIn] of UNITS) {
    if (!usage[count] || has.has(rate) || standIn === '') continue;
    const what = rate.replace(/_(mtok|kcount)$/, '').replaceAll('_', ' ');
    yield standIn === undefined ? `${what} left out: no rate is listed` : `${what} priced at ${standIn}`;
  }
}

function costOf(price: ListedPrice, source: 'override' | 'catalogue', notes: string[]): Cost {
  const inputNanoUsd = nano(price.input);
  const outputNanoUsd = nano(price.output);
  const otherNanoUsd = nano(price.total - price.input - price.output);
  const nanoUsd = inputNanoUsd + outputNanoUsd + otherNanoUsd;
  if (!Number.isSafeInteger(nanoUsd))
    return unpriced('invalid-usage', 'The counts of this call are too large for a price.');
  const status = notes.length > 0 ? 'estimated' : 'priced';
  return { status, nanoUsd, inputNanoUsd, outputNanoUsd, otherNanoUsd, source, rates: price.rates, notes };
}

function nano(usd: number): NanoUsd {
  return Math.max(0, Math.round(usd * PER_DOLLAR));
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
