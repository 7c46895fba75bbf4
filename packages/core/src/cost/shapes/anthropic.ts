import { count, isJson, type Json, part, sum, text } from '../json.ts';
import { type TokenUsage, usageFrom } from '../usage.ts';

/** One iteration of a message: the price is that of its own model. */
export interface Iteration {
  readonly model: string | undefined;
  readonly usage: TokenUsage;
}

/** The usage of a message. Anthropic counts what was cached beside the input. */
export function fromMessage(usage: Json): TokenUsage {
  const created = part(usage, 'cache_creation');
  const hour = count(created.ephemeral_1h_input_tokens);
  const writes = count(usage.cache_creation_input_tokens) ?? sum(count(created.ephemeral_5m_input_tokens), hour);
  const reads = count(usage.cache_read_input_tokens);
  return usageFrom({
    inputTokens: (count(usage.input_tokens) ?? 0) + (writes ?? 0) + (reads ?? 0),
    cacheReadInputTokens: reads,
    cacheCreationInputTokens: writes,
    cacheCreation1hInputTokens: hour,
    outputTokens: count(usage.output_tokens) ?? 0,
    reasoningOutputTokens: count(part(usage, 'output_tokens_details').thinking_tokens),
    webSearches: count(part(usage, 'server_tool_use').web_search_requests),
  });
}

/**
 * A message that was made in several goes (compaction, an advisor, a fallback) lists them, and its own counts leave
 * some of them out: the list is what was billed.
 */
export function iterationsOf(usage: Json): Iteration[] {
  const listed = Array.isArray(usage.iterations) ? usage.iterations.filter(isJson) : [];
  if (listed.length === 0) return [{ model: undefined, usage: fromMessage(usage) }];
  const searches = count(part(usage, 'server_tool_use').web_search_requests);
  return listed.map((iteration, i) => ({
    model: text(iteration.model),
    // Searches are counted for the whole message.
    usage: { ...fromMessage(iteration), ...(i === 0 && searches !== undefined ? { webSearches: searches } : {}) },
  }));
}
