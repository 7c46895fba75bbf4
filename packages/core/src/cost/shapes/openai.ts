import { count, type Json, part } from '../json.ts';
import { type TokenUsage, usageFrom } from '../usage.ts';

/** The usage of a chat completion, of an embedding, and of what speaks the same protocol. */
export function fromChat(usage: Json): TokenUsage {
  const input = part(usage, 'prompt_tokens_details');
  const output = part(usage, 'completion_tokens_details');
  const reasoning = count(output.reasoning_tokens) ?? count(usage.reasoning_tokens);
  const prompt = count(usage.prompt_tokens) ?? 0;
  const completion = count(usage.completion_tokens) ?? 0;
  // xAI counts reasoning beside the completion, OpenAI inside of it; the total tells.
  const isBeside = (count(usage.total_tokens) ?? 0) - prompt - completion >= Math.max(reasoning ?? 0, 1);
  return usageFrom({
    inputTokens: prompt,
    cacheReadInputTokens: count(input.cached_tokens) ?? count(usage.prompt_cache_hit_tokens),
    cacheCreationInputTokens: count(input.cache_write_tokens),
    outputTokens: completion + (isBeside ? (reasoning ?? 0) : 0),
    reasoningOutputTokens: reasoning,
    audioInputTokens: count(input.audio_tokens),
    imageInputTokens: count(input.image_tokens),
    audioOutputTokens: count(output.audio_tokens),
    imageOutputTokens: count(output.image_tokens),
    webSearches: count(usage.num_search_queries),
  });
}

/** The usage of a response, and of an image. */
export function fromResponses(usage: Json): TokenUsage {
  const input = part(usage, 'input_tokens_details');
  const output = part(usage, 'output_tokens_details');
  return usageFrom({
    inputTokens: count(usage.input_tokens) ?? 0,
    cacheReadInputTokens: count(input.cached_tokens),
    cacheCreationInputTokens: count(input.cache_write_tokens),
    outputTokens: count(usage.output_tokens) ?? 0,
    reasoningOutputTokens: count(output.reasoning_tokens),
    audioInputTokens: count(input.audio_tokens),
    imageInputTokens: count(input.image_tokens),
    audioOutputTokens: count(output.audio_tokens),
    imageOutputTokens: count(output.image_tokens),
  });
}
