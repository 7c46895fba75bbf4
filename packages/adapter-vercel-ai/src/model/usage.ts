import type { Answer } from './answers.ts';
import type { Model } from './request.ts';

/** What the provider says was used, in its own words, with who answered. */
export type Usage = Readonly<Record<string, unknown>>;

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
