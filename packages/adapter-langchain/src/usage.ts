import type { BaseMessage } from '@langchain/core/messages';
import type { AskedModel } from '@reprise/core/adapter';
import type { Asked, CallOptions } from './request.ts';

/** What the provider says was used, in LangChain's words, with who answered. */
export type Usage = Readonly<Record<string, unknown>>;

interface Tokens {
  readonly input_tokens?: number;
  readonly output_tokens?: number;
  readonly total_tokens?: number;
}

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

/** Of one model call. */
export function usageOf(model: Asked, options: CallOptions, answers: readonly Answered[]): Usage | undefined {
  const [first] = answers;
  const tokens = first && (Reflect.get(first.message, 'usage_metadata') as Tokens | undefined);
  if (!tokens) return undefined;
  return { ...whoAnswered(model, options, first), ...tokens, ...withThoughts(tokens) };
}

/** Of a stream, whose chunks each tell what they know. */
export function usageOfChunks(
  model: Asked,
  options: CallOptions,
  whole: Answered,
  chunks: readonly Answered[],
): Usage | undefined {
  const usage = usageOf(model, options, [whole]);
  if (usage?.provider !== 'anthropic') return usage;
  // Anthropic tells the sum each time, and LangChain adds the sums up.
  const told = chunks.map(({ message }) => (Reflect.get(message, 'usage_metadata') as Tokens | undefined) ?? {});
  const output = Math.max(0, ...told.map(({ output_tokens = 0 }) => output_tokens));
  return { ...usage, output_tokens: output, total_tokens: Number(usage.input_tokens ?? 0) + output };
}

function whoAnswered(model: Asked, options: CallOptions, { message, generationInfo }: Answered): Usage {
  const { ls_provider, ls_model_name } = model.getLsParams?.(options) ?? {};
  const { model_name, model: named } = (message.response_metadata ?? {}) as Record<string, unknown>;
  const answered = model_name ?? named ?? generationInfo?.model_name ?? ls_model_name ?? model.model ?? model.modelName;
  return {
    ...(ls_provider === undefined ? {} : { provider: ls_provider }),
    ...(answered === undefined ? {} : { model: answered }),
  };
}

// Google's thoughts are in the total, and not in the output.
function withThoughts({ input_tokens = 0, output_tokens = 0, total_tokens = 0 }: Tokens): Tokens {
  const output = Math.max(output_tokens, total_tokens - input_tokens);
  return output === output_tokens ? {} : { output_tokens: output };
}
