/**
 * What one request to a provider used. Names follow OpenTelemetry's GenAI conventions, and totals are inclusive: every
 * other count is a part of its total. A count that is missing was not reported; 0 was reported as 0.
 */
export interface TokenUsage {
  /** All input tokens, those read from and written to a cache included. */
  readonly inputTokens: number;
  /** Of the input, what came from the provider's cache. */
  readonly cacheReadInputTokens?: number;
  /** Of the input, what was written to the provider's cache, for however long. */
  readonly cacheCreationInputTokens?: number;
  /** Of what was written to the cache, what is kept for an hour. */
  readonly cacheCreation1hInputTokens?: number;
  /** All output tokens, reasoning included. */
  readonly outputTokens: number;
  /** Of the output, what was spent on reasoning. */
  readonly reasoningOutputTokens?: number;
  readonly audioInputTokens?: number;
  readonly imageInputTokens?: number;
  readonly audioOutputTokens?: number;
  readonly imageOutputTokens?: number;
  /** Searches that the provider made on the web, which are billed one by one. */
  readonly webSearches?: number;
}

const OPTIONAL = [
  'cacheReadInputTokens',
  'cacheCreationInputTokens',
  'cacheCreation1hInputTokens',
  'reasoningOutputTokens',
  'audioInputTokens',
  'imageInputTokens',
  'audioOutputTokens',
  'imageOutputTokens',
  'webSearches',
] as const;

/** The sum of several; what none of them reported stays missing. */
export function sumUsage(all: readonly TokenUsage[]): TokenUsage {
  const sum: { -readonly [Key in keyof TokenUsage]: TokenUsage[Key] } = { inputTokens: 0, outputTokens: 0 };
  for (const usage of all) {
    sum.inputTokens += usage.inputTokens;
    sum.outputTokens += usage.outputTokens;
    for (const name of OPTIONAL) {
      const count = usage[name];
      if (count !== undefined) sum[name] = (sum[name] ?? 0) + count;
    }
  }
  return sum;
}

/** Usage without the counts that were not reported. */
export function usageFrom(counts: { readonly [Key in keyof TokenUsage]: TokenUsage[Key] | undefined }): TokenUsage {
  const known = Object.entries(counts).filter(([, count]) => count !== undefined);
  return { inputTokens: 0, outputTokens: 0, ...Object.fromEntries(known) };
}
