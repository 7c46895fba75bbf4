import { readUsage, type UsageReading } from '../cost/normalise.ts';
import { canonicalProvider } from '../cost/provider-ids.ts';
import type { CallKind } from '../journal/records.ts';

type Attributes = Record<string, string | number | boolean>;

// The names of OpenTelemetry's GenAI conventions, which are in development and in no stable package.
const TOKENS = {
  inputTokens: 'gen_ai.usage.input_tokens',
  cacheReadInputTokens: 'gen_ai.usage.cache_read.input_tokens',
  cacheCreationInputTokens: 'gen_ai.usage.cache_creation.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  reasoningOutputTokens: 'gen_ai.usage.reasoning.output_tokens',
} as const;

/** What the conventions call a provider, where that is not what the price list calls it. */
const PROVIDERS: Readonly<Record<string, string>> = {
  aws: 'aws.bedrock',
  azure: 'azure.ai.openai',
  google: 'gcp.gen_ai',
  mistral: 'mistral_ai',
  moonshotai: 'moonshot_ai',
  'x-ai': 'x_ai',
};

/** What is known of a call when it begins. */
export function callAttributes(kind: CallKind, name: string): Attributes {
  if (kind === 'llm') return { 'gen_ai.operation.name': operationOf(name) };
  return kind === 'tool' ? { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': name } : {};
}

/** `chat`, or what else the conventions have, from what adapters call their requests. */
export function operationOf(name: string): string {
  if (/embed/.test(name)) return 'embeddings';
  if (name === 'completions') return 'text_completion';
  return /image|audio|speech|transcri|video/.test(name) ? 'generate_content' : 'chat';
}

/** What a call used, in the words of the conventions. */
export function usageAttributes(recorded: unknown): Attributes {
  const reading = readUsage(recorded);
  return reading ? { ...answeredBy(reading), ...tokensOf(reading, '') } : {};
}

/** What was used when a call that is served now was made. It is not used again, so the names are our own. */
export function savedAttributes(recorded: unknown): Attributes {
  const reading = readUsage(recorded);
  return reading ? tokensOf(reading, 'reprise.saved.') : {};
}

function answeredBy({ provider, model }: UsageReading): Attributes {
  const canonical = provider === undefined ? undefined : canonicalProvider(provider);
  return {
    ...(canonical === undefined ? {} : { 'gen_ai.provider.name': PROVIDERS[canonical] ?? canonical }),
    ...(model === undefined ? {} : { 'gen_ai.response.model': model }),
  };
}

function tokensOf({ usage }: UsageReading, prefix: string): Attributes {
  const attributes: Attributes = {};
  for (const [count, name] of Object.entries(TOKENS)) {
    const number = usage[count as keyof typeof TOKENS];
    if (number !== undefined) attributes[prefix === '' ? name : name.replace('gen_ai.usage.', prefix)] = number;
  }
  return attributes;
}
