import type { Provider } from '@pydantic/genai-prices';
import type { Rates } from './rates.ts';

/** The part of the price list's package that is used here. */
type PriceList = Pick<typeof import('@pydantic/genai-prices'), 'calcPrice'>;

/** Counts by the price list's names for units, such as `input_tokens`. */
export type Units = Readonly<Record<string, number>>;

/** What the price list says of some units: dollars, and which rates it used. */
export interface ListedPrice {
  readonly input: number;
  readonly output: number;
  readonly total: number;
  readonly rates: { readonly provider: string; readonly model: string };
  /** The rates by their names; empty where a model is listed with none. */
  readonly has: ReadonlySet<string>;
}

/** Computes prices, at rates of its own or at given ones. Throws where the counts contradict each other. */
export interface Catalogue {
  price(units: Units, model: string, options: ListOptions): ListedPrice | undefined;
}

export interface ListOptions {
  readonly provider: string | undefined;
  readonly at: number;
  /** In place of its own. */
  readonly rates?: Rates;
}

let loaded: Promise<Catalogue | undefined> | undefined;

/**
 * The price list, which is read from disk when the first price is asked for: it is larger than all the rest.
 * `undefined` where it cannot be loaded, such as in a bundle that left it out.
 */
export function loadCatalogue(): Promise<Catalogue | undefined> {
  loaded ??= import('@pydantic/genai-prices').then(catalogueOf, () => undefined);
  return loaded;
}

function catalogueOf({ calcPrice }: PriceList): Catalogue {
  return {
    price(units, model, { provider, at, rates }) {
      // Not asked for by its own name: what was given is the whole list.
      const given = rates && { provider: listOf(provider ?? 'own', model, rates) };
      const found = calcPrice({ ...units }, model, {
        ...(given ?? (provider === undefined ? {} : { providerId: provider })),
        timestamp: new Date(at),
      });
      if (!found) return undefined;
      const has = Object.entries(found.model_price).filter(([, rate]) => rate !== undefined);
      return {
        input: found.input_price,
        output: found.output_price,
        total: found.total_price,
        rates: { provider: found.provider.id, model: found.model.id },
        has: new Set(has.map(([name]) => name)),
      };
    },
  };
}

function listOf(id: string, model: string, rates: Rates): Provider {
  const prices = { ...rates };
  return { id, name: id, api_pattern: '$^', models: [{ id: model, match: { equals: model }, prices }] };
}
