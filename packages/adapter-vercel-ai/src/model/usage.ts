import type { AskedModel } from '@reprise/core/adapter';
import type { Answer } from './answers.ts';
import type { Model } from './request.ts';

/** What the provider says was used, in its own words, with who answered. */
export type Usage = Readonly<Record<string, unknown>>;

/** Who is asked, by the names that the usage is recorded under. */
export function askedOf({ provider, modelId }: Model): AskedModel {
  return { provider, model: modelId };
}

/** Of one model call. What the provider or a gateway says it cost stands in `providerMetadata` and `raw`. */
export function usageOf(
  { provider, modelId }: Model,
  { usage, response, providerMetadata }: Partial<Answer>,
): Usage | undefined {
  if (typeof usage !== 'object' || usage === null) return undefined;
  return {
    ...(provider === undefined ? {} : { provider }),
    model: response?.modelId ?? modelId,
    ...usage,
    ...(providerMetadata === undefined ? {} : { providerMetadata }),
  };
}
