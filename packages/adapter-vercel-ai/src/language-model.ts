import { call, callStream } from '@reprise/core/adapter';
import { type Answer, answerOf, type Part, partsOf } from './parts.ts';
import { type CallOptions, type Model, requestOf, shapeOf } from './request.ts';
import { StreamedError, shown } from './shown.ts';
import { usageOf } from './usage.ts';

/** A language model of the AI SDK: its call in one piece, and as a stream. */
export interface LanguageModel extends Model {
  doGenerate(options: CallOptions): PromiseLike<Answer>;
  doStream(options: CallOptions): PromiseLike<{ readonly stream: ReadableStream<Part>; readonly response?: unknown }>;
}

/** Both ways to ask are one call, so that a run that was streamed can be gone on with in one piece, and the reverse. */
const NAME = 'language-model';

/** The answer in one piece. */
export function generate(model: LanguageModel, options: CallOptions): Promise<Answer> {
  return call<Answer>({
    kind: 'llm',
    name: NAME,
    input: requestOf(model, options),
    shape: shapeOf(options),
    run: async ({ signal }) => slim(await model.doGenerate(linked(options, signal))),
    usage: (answer) => usageOf(model, answer),
    fromChunks: (chunks) => answerOf(chunks as Part[]),
  });
}

/** The answer as a stream: shown as it comes, its end held back until it is recorded. */
export async function stream(
  model: LanguageModel,
  options: CallOptions,
): Promise<{ readonly stream: ReadableStream<Part> }> {
  const parts = callStream<Part>({
    kind: 'llm',
    name: NAME,
    input: requestOf(model, options),
    shape: shapeOf(options),
    run: ({ signal }) => read(model, linked(options, signal)),
    isTerminal: ({ type }) => type === 'finish',
    usage: (all) => usageOf(model, answerOf(all)),
    toChunks: (answer) => partsOf(answer as Answer),
  })[Symbol.asyncIterator]();
  // A request that is refused rejects, as the model's own does; the SDK tries again only then.
  const first = await parts.next();
  return { stream: shown(first, parts) };
}

// Bodies are large, and a provider may have put secrets of the request into them.
export function slim({ response, ...answer }: Answer & { request?: unknown }): Answer {
  const { request: _, ...rest } = answer;
  if (!response) return rest;
  const { body: __, ...metadata } = response as { body?: unknown };
  return { ...rest, response: metadata };
}

function linked(options: CallOptions, execution: AbortSignal): CallOptions {
  const { abortSignal } = options;
  return { ...options, abortSignal: abortSignal ? AbortSignal.any([abortSignal, execution]) : execution };
}

async function* read(model: LanguageModel, options: CallOptions): AsyncGenerator<Part> {
  const { stream } = await model.doStream(options);
  let isFinished = false;
  for await (const part of stream as unknown as AsyncIterable<Part>) {
    yield part;
    if (part.type === 'error') throw new StreamedError(part.error);
    isFinished ||= part.type === 'finish';
  }
  if (!isFinished) throw new Error(`The answer of ${model.provider} ${model.modelId} was cut off before its end.`);
}
