import { UsageError } from '../errors/index.ts';

/** What a model costs, in US dollars: by the million tokens (`_mtok`), or by the thousand (`_kcount`). */
export interface Rates {
  /** Input that is not priced below. */
  readonly input_mtok?: number;
  /** Output that is not priced below. */
  readonly output_mtok?: number;
  /** Input read from the provider's cache. @default input_mtok */
  readonly cache_read_mtok?: number;
  /** Input written to the provider's cache. @default input_mtok */
  readonly cache_write_mtok?: number;
  /** Input written to the cache for an hour. Needs `cache_write_mtok`, its default. */
  readonly cache_write_1h_mtok?: number;
  /** Reasoning, where it is not billed as output. @default output_mtok */
  readonly output_reasoning_mtok?: number;
  readonly input_audio_mtok?: number;
  readonly output_audio_mtok?: number;
  readonly input_image_mtok?: number;
  readonly output_image_mtok?: number;
  readonly web_searches_kcount?: number;
}

/** The rate that stands in for one that is missing. */
const PARENTS: Readonly<Record<keyof Rates, keyof Rates | undefined>> = {
  input_mtok: undefined,
  output_mtok: undefined,
  cache_read_mtok: 'input_mtok',
  cache_write_mtok: 'input_mtok',
  cache_write_1h_mtok: 'cache_write_mtok',
  output_reasoning_mtok: 'output_mtok',
  input_audio_mtok: 'input_mtok',
  output_audio_mtok: 'output_mtok',
  input_image_mtok: 'input_mtok',
  output_image_mtok: 'output_mtok',
  web_searches_kcount: undefined,
};

/** Refuses rates that could not be used. `what` names them in the message. */
export function checkRates(rates: unknown, what: string): asserts rates is Rates {
  if (typeof rates !== 'object' || rates === null || Array.isArray(rates)) {
    throw new UsageError(`${what} must be an object of rates, such as { input_mtok: 0.4, output_mtok: 1.2 }.`);
  }
  const entries = Object.entries(rates).filter(([, rate]) => rate !== undefined);
  if (entries.length === 0) {
    throw new UsageError(
      `${what} has no rates. Of a model that costs nothing, say so: { input_mtok: 0, output_mtok: 0 }.`,
    );
  }
  for (const [key, rate] of entries) {
    if (!Object.hasOwn(PARENTS, key)) {
      throw new UsageError(`${what} has an unknown rate '${key}'. It takes: ${Object.keys(PARENTS).join(', ')}.`);
    }
    if (typeof rate !== 'number' || !Number.isFinite(rate) || rate < 0) {
      throw new UsageError(
        `Rate '${key}' of ${what} must be a number of dollars of at least 0; it was ${String(rate)}.`,
      );
    }
    const parent = PARENTS[key as keyof Rates];
    if (parent !== undefined && Reflect.get(rates, parent) === undefined) {
      throw new UsageError(`${what} has a rate '${key}' and none for '${parent}', of which it is a part. Give both.`);
    }
  }
}
