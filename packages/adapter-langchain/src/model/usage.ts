import type { BaseMessage } from '@langchain/core/messages';
import type { AskedModel } from '@reprise/core/adapter';
import type { Asked, CallOptions } from './request.ts';

/** What the provider says was used, in LangChain's words, with who answered. */
export type Usage = Readonly<Record<string, unknown>>;

interface Tokens {
  readonly input_tokens?: number;
  readonly output_tokens?: number;
  readonly total_tokens?: number;
  readonly input_token_details?: Details;
  readonly output_token_details?: Details;
}

type Details = Readonly<Record<string, number | undefined>>;

interface Answered {
  readonly message: BaseMessage;
  readonly generationInfo?: Readonly<Record<string, unknown>> | undefined;
}

/** Who is asked, by the names that the usage is recorded under. */
export function askedOf(model: Asked, options: CallOptions): AskedModel {
  const { ls_provider, ls_model_name } = model.getLsParams?.(options) ?? {};
  const named = ls_model_name ?? model.model ?? model.modelName;
  return { provider: ls_provider, ...(typeof named === 'string' ? { model: named } : {}) };
}

interface Answer {
  readonly generations: readonly Answered[];
  readonly llmOutput?: unknown;
}

/** Of one model call. */
export function usageOf(model: Asked, options: CallOptions, { generations, llmOutput }: Answer): Usage | undefined {
  const [first] = generations;
  const tokens = first && tokensOf(first);
  if (!tokens) return undefined;
  return { ...whoAnswered(model, options, first, llmOutput), ...withThoughts(tokens), ...ownWords(first) };
}

/** Of a stream, whose chunks each tell what they know. */
export function usageOfChunks(
  model: Asked,
  options: CallOptions,
  whole: Answered,
  chunks: readonly Answered[],
): Usage | undefined {
  const usage = usageOf(model, options, { generations: [whole] });
  if (!usage) return undefined;
  const told = chunks.map(tokensOf).filter((tokens) => tokens !== undefined);
  switch (model._llmType()) {
    // They tell the sum so far each time, and LangChain adds the sums up: all of Anthropic's output …
    case 'anthropic': {
      const output = Math.max(0, ...told.map(({ output_tokens = 0 }) => output_tokens));
      return { ...usage, output_tokens: output, total_tokens: Number(usage.input_tokens ?? 0) + output };
    }
    // … and Google's details, which for the rest become differences. Its newer package does so with the details, too.
    case 'googlegenerativeai':
      return { ...usage, input_token_details: greatest(told.map((tokens) => tokens.input_token_details ?? {})) };
    default:
      return usage;
  }
}

function tokensOf({ message }: Answered): Tokens | undefined {
  return Reflect.get(message, 'usage_metadata') as Tokens | undefined;
}

function greatest(all: readonly Details[]): Details {
  const sum: Record<string, number> = {};
  for (const details of all) {
    for (const [name, count = 0] of Object.entries(details)) sum[name] = Math.max(sum[name] ?? 0, count);
  }
  return sum;
}

function whoAnswered(
  model: Asked,
  options: CallOptions,
  { message, generationInfo }: Answered,
  llmOutput: unknown,
): Usage {
  const { ls_provider, ls_model_name } = model.getLsParams?.(options) ?? {};
  const places = [message.response_metadata, generationInfo, message.additional_kwargs, llmOutput];
  const said = places.map((place) => (place ?? {}) as Record<string, unknown>);
  const named = said.map(({ model_name, model: name }) => model_name ?? name).find((name) => typeof name === 'string');
  const answered = named ?? ls_model_name ?? model.model ?? model.modelName;
  return {
    ...(ls_provider === undefined ? {} : { provider: ls_provider }),
    ...(answered === undefined ? {} : { model: answered }),
  };
}

// Google's thoughts are in the total, and not in the output.
function withThoughts(tokens: Tokens): Tokens {
  const { input_tokens = 0, output_tokens = 0, total_tokens = 0 } = tokens;
  const thoughts = total_tokens - input_tokens - output_tokens;
  if (thoughts <= 0) return tokens;
  const output_token_details = { reasoning: thoughts, ...tokens.output_token_details };
  return { ...tokens, output_tokens: output_tokens + thoughts, output_token_details };
}

// What LangChain's words leave out: how long something is cached, searches, tiers, what a gateway says that it costs.
function ownWords({ message }: Answered): Usage {
  const { usage, service_tier } = (message.response_metadata ?? {}) as Record<string, unknown>;
  const words = { ...(usage === undefined ? {} : { usage }), ...(service_tier ? { service_tier } : {}) };
  return Object.keys(words).length > 0 ? { response_metadata: words } : {};
}
