import { isJson, type Json, part, text } from './json.ts';
import type { NanoUsd } from './money.ts';
import { reportedCost, specialTerms } from './reported.ts';
import { fromConverse, fromFlatUsage, fromModelUsage, fromResultUsage } from './shapes/ai-sdk.ts';
import { type Iteration, iterationsOf } from './shapes/anthropic.ts';
import { fromGemini } from './shapes/gemini.ts';
import { fromLangChain } from './shapes/langchain.ts';
import { fromChat, fromResponses } from './shapes/openai.ts';
import { sumUsage, type TokenUsage } from './usage.ts';

/** What a call's record says of its use, in one language. */
export interface UsageReading {
  /** As the record names them. */
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly usage: TokenUsage;
  /** What is priced apart: one part, but for messages that were made in several goes. */
  readonly parts: readonly Iteration[];
  /** What the provider says that it costs, in nano-dollars. */
  readonly reported: NanoUsd | undefined;
  /** What was special in how it was served. */
  readonly terms: readonly string[];
}

/**
 * Reads a call's usage, which is recorded in the provider's own words: so a later release can read old records better.
 * `undefined` where nothing is in it that can be counted.
 */
export function readUsage(recorded: unknown): UsageReading | undefined {
  if (!isJson(recorded)) return undefined;
  const provider = text(recorded.provider);
  const parts = partsOf(recorded, provider);
  if (!parts) return undefined;
  return {
    provider,
    model: modelIn(recorded),
    usage: sumUsage(parts.map(({ usage }) => usage)),
    parts,
    reported: reportedCost(recorded),
    terms: specialTerms(recorded),
  };
}

/** The words of a record of use in which nothing can be counted, but for who answered; none where nothing was told. */
export function unreadWords(recorded: unknown): string[] {
  if (!isJson(recorded)) return [];
  const { provider: _, model: __, ...words } = recorded;
  return Object.keys(words);
}

/** Who answered, also where what was used cannot be read. */
export function modelIn(recorded: unknown): string | undefined {
  return isJson(recorded)
    ? (text(recorded.model) ?? text(recorded.modelVersion) ?? text(recorded.model_name))
    : undefined;
}

const whole = (usage: TokenUsage): Iteration[] => [{ model: undefined, usage }];

function partsOf(usage: Json, provider: string | undefined): Iteration[] | undefined {
  // What the SDK was told by the provider says more than what it made of it.
  return own(wordsOfProvider(usage)) ?? inSdk(usage, provider) ?? own(usage);
}

function wordsOfProvider(usage: Json): Json {
  const metadata = part(usage, 'providerMetadata');
  const candidates = [part(usage, 'raw'), part(part(metadata, 'anthropic'), 'usage')];
  candidates.push(part(part(metadata, 'google'), 'usageMetadata'));
  const raw = part(part(usage, 'response_metadata'), 'usage');
  if (Array.isArray(raw.iterations)) candidates.push(raw);
  return candidates.find((words) => own(words) !== undefined) ?? {};
}

/** In a provider's own words. */
function own(usage: Json): Iteration[] | undefined {
  if ('iterations' in usage || 'cache_read_input_tokens' in usage || 'cache_creation_input_tokens' in usage) {
    return iterationsOf(usage);
  }
  if ('server_tool_use' in usage || 'cache_creation' in usage) return iterationsOf(usage);
  if ('prompt_tokens' in usage) return whole(fromChat(usage));
  if ('promptTokenCount' in usage) return whole(fromGemini(usage));
  if ('usageMetadata' in usage) return own(part(usage, 'usageMetadata'));
  if ('cacheReadInputTokens' in usage || 'cacheWriteInputTokens' in usage) return whole(fromConverse(usage));
  return 'input_tokens' in usage ? whole(fromResponses(usage)) : undefined;
}

/** In the words of an SDK that stands between. One letter tells LangChain's details from those of OpenAI. */
function inSdk(usage: Json, provider: string | undefined): Iteration[] | undefined {
  if ('usage_metadata' in usage) {
    const { usage_metadata, ...rest } = usage;
    return whole(fromLangChain({ ...rest, ...part(usage, 'usage_metadata') }));
  }
  if ('input_token_details' in usage || 'output_token_details' in usage || 'response_metadata' in usage) {
    return whole(fromLangChain(usage));
  }
  if (isJson(usage.inputTokens)) return whole(fromModelUsage(usage));
  if ('inputTokenDetails' in usage) return whole(fromResultUsage(usage));
  if ('cacheReadInputTokens' in usage || 'cacheWriteInputTokens' in usage) return whole(fromConverse(usage));
  const isFlat = typeof usage.inputTokens === 'number' || typeof usage.tokens === 'number';
  return isFlat ? whole(fromFlatUsage(usage, provider)) : undefined;
}
