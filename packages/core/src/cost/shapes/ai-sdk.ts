import { count, type Json, part } from '../json.ts';
import { type TokenUsage, usageFrom } from '../usage.ts';

/** The usage of a model of the AI SDK 6 and 7, whose counts are objects. */
export function fromModelUsage(usage: Json): TokenUsage {
  const input = part(usage, 'inputTokens');
  const output = part(usage, 'outputTokens');
  return usageFrom({
    inputTokens: count(input.total) ?? 0,
    cacheReadInputTokens: count(input.cacheRead),
    cacheCreationInputTokens: count(input.cacheWrite),
    outputTokens: count(output.total) ?? 0,
    reasoningOutputTokens: count(output.reasoning),
  });
}

/** The usage of a result of the AI SDK 6 and 7. */
export function fromResultUsage(usage: Json): TokenUsage {
  const input = part(usage, 'inputTokenDetails');
  const output = part(usage, 'outputTokenDetails');
  return usageFrom({
    inputTokens: count(usage.inputTokens) ?? 0,
    cacheReadInputTokens: count(input.cacheReadTokens),
    cacheCreationInputTokens: count(input.cacheWriteTokens),
    outputTokens: count(usage.outputTokens) ?? 0,
    reasoningOutputTokens: count(output.reasoningTokens),
  });
}

/** The usage of the AI SDK 5. What was cached stands inside of the input, but for Anthropic's models. */
export function fromFlatUsage(usage: Json, provider: string | undefined): TokenUsage {
  const metadata = part(usage, 'providerMetadata');
  const reads = count(usage.cachedInputTokens);
  const writes =
    count(part(metadata, 'anthropic').cacheCreationInputTokens) ??
    count(part(part(metadata, 'bedrock'), 'usage').cacheWriteInputTokens);
  const isBeside = /anthropic|bedrock/.test(provider ?? '');
  return usageFrom({
    inputTokens: (count(usage.inputTokens) ?? count(usage.tokens) ?? 0) + (isBeside ? (reads ?? 0) + (writes ?? 0) : 0),
    cacheReadInputTokens: reads,
    cacheCreationInputTokens: writes,
    outputTokens: count(usage.outputTokens) ?? 0,
    reasoningOutputTokens: count(usage.reasoningTokens),
  });
}

/** The usage of Bedrock's Converse, which counts what was cached beside the input. */
export function fromConverse(usage: Json): TokenUsage {
  const reads = count(usage.cacheReadInputTokens);
  const writes = count(usage.cacheWriteInputTokens);
  return usageFrom({
    inputTokens: (count(usage.inputTokens) ?? 0) + (reads ?? 0) + (writes ?? 0),
    cacheReadInputTokens: reads,
    cacheCreationInputTokens: writes,
    outputTokens: count(usage.outputTokens) ?? 0,
  });
}
