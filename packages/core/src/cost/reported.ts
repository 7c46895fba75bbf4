import { isJson, type Json, part, text } from './json.ts';
import { type NanoUsd, nanoFromUsd } from './money.ts';

const TICKS_PER_NANO = 10;

/** What the provider or a gateway says that it costs, in nano-dollars. */
export function reportedCost(usage: Json): NanoUsd | undefined {
  const metadata = part(usage, 'providerMetadata');
  const candidates = [usage, part(usage, 'raw'), part(part(metadata, 'openrouter'), 'usage')];
  candidates.push(part(part(usage, 'response_metadata'), 'usage'));
  for (const candidate of candidates) {
    const cost = inUsage(candidate);
    if (cost !== undefined) return cost;
  }
  return nanoFromUsd(part(metadata, 'gateway').cost) ?? fromTicks(part(metadata, 'xai').costInUsdTicks);
}

function inUsage(usage: Json): NanoUsd | undefined {
  const { cost } = usage;
  if (isJson(cost)) return nanoFromUsd(cost.total_cost);
  const own = nanoFromUsd(cost) ?? fromTicks(usage.cost_in_usd_ticks);
  // With a key of the user's own, OpenRouter bills only its fee, and the provider bills the rest.
  const upstream =
    usage.is_byok === true ? nanoFromUsd(part(usage, 'cost_details').upstream_inference_cost) : undefined;
  return own === undefined ? undefined : own + (upstream ?? 0);
}

function fromTicks(ticks: unknown): NanoUsd | undefined {
  return typeof ticks === 'number' && Number.isSafeInteger(ticks) && ticks >= 0
    ? Math.round(ticks / TICKS_PER_NANO)
    : undefined;
}

/** In which way it was served that the price list does not know, in words for a note. */
export function specialTerms(usage: Json): string[] {
  const metadata = part(usage, 'providerMetadata');
  const places = [usage, part(usage, 'raw'), part(usage, 'response_metadata'), part(metadata, 'openai')];
  places.push(part(part(metadata, 'anthropic'), 'usage'), part(part(usage, 'response_metadata'), 'usage'));
  const terms = new Set<string>();
  for (const place of places) {
    add('service tier', place.service_tier ?? place.serviceTier, ['default', 'standard', 'auto', 'on_demand']);
    add('speed', place.speed, ['standard']);
    add('region', place.inference_geo, ['global', 'not_available']);
  }
  return [...terms];

  function add(what: string, value: unknown, usual: readonly string[]): void {
    const name = text(value)?.toLowerCase();
    if (name !== undefined && !usual.includes(name)) terms.add(`${what} ${name} priced at the standard rate`);
  }
}
