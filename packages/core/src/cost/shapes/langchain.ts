import { count, type Json, part, sum } from '../json.ts';
import { type TokenUsage, usageFrom } from '../usage.ts';

/** LangChain's `usage_metadata`, with the provider's own words beside it where the message had them. */
export function fromLangChain(usage: Json): TokenUsage {
  const input = part(usage, 'input_token_details');
  const output = part(usage, 'output_token_details');
  const raw = part(part(usage, 'response_metadata'), 'usage');
  const inputTokens = count(usage.input_tokens) ?? 0;
  const reported = count(usage.output_tokens) ?? 0;
  return usageFrom({
    inputTokens,
    cacheReadInputTokens: count(input.cache_read),
    cacheCreationInputTokens:
      count(input.cache_creation) ??
      sum(count(part(raw, 'prompt_tokens_details').cache_write_tokens), count(raw.cache_creation_input_tokens)),
    cacheCreation1hInputTokens:
      count(input.ephemeral_1h_input_tokens) ?? count(part(raw, 'cache_creation').ephemeral_1h_input_tokens),
    // Google's thoughts are in the total only.
    outputTokens: Math.max(reported, (count(usage.total_tokens) ?? 0) - inputTokens),
    reasoningOutputTokens: count(output.reasoning),
    audioInputTokens: count(input.audio),
    audioOutputTokens: count(output.audio),
    webSearches: count(part(raw, 'server_tool_use').web_search_requests),
  });
}
