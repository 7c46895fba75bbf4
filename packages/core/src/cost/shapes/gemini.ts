import { count, isJson, type Json, sum } from '../json.ts';
import { type TokenUsage, usageFrom } from '../usage.ts';

/** The usage of Gemini, which counts thoughts, and the prompts of its own tools, beside the rest. */
export function fromGemini(usage: Json): TokenUsage {
  const thoughts = count(usage.thoughtsTokenCount);
  return usageFrom({
    inputTokens: sum(count(usage.promptTokenCount), count(usage.toolUsePromptTokenCount)) ?? 0,
    cacheReadInputTokens: count(usage.cachedContentTokenCount),
    outputTokens: sum(count(usage.candidatesTokenCount), thoughts) ?? 0,
    reasoningOutputTokens: thoughts,
    audioInputTokens: ofModality(usage.promptTokensDetails, 'AUDIO'),
    imageInputTokens: ofModality(usage.promptTokensDetails, 'IMAGE'),
    audioOutputTokens: ofModality(usage.candidatesTokensDetails, 'AUDIO'),
    imageOutputTokens: ofModality(usage.candidatesTokensDetails, 'IMAGE'),
  });
}

function ofModality(details: unknown, modality: string): number | undefined {
  if (!Array.isArray(details)) return undefined;
  const found = details.find((detail) => isJson(detail) && detail.modality === modality);
  return isJson(found) ? count(found.tokenCount) : undefined;
}
