import { type CallContext, call, callStream } from '@reprise/core/adapter';
import { type Answer, answerOf, type Part, partsOf, slim } from './answers.ts';
import { changedModel, changedOptions } from './change.ts';
import type { LanguageModel } from './model.ts';
import { type CallOptions, requestOf, shapeOf } from './request.ts';
import { linked } from './signals.ts';
import { shown, toItsFinish } from './streams.ts';
import { askedOf, usageOf } from './usage.ts';

/** Both ways to ask are one call, so that a run that was streamed can be gone on with in one piece, and the reverse. */
const NAME = 'language-model';

/** The answer in one piece. */
export function generate(model: LanguageModel, options: CallOptions): Promise<Answer> {
  const asked = (of: LanguageModel, how: CallOptions) => ({
    input: requestOf(of, how),
    asks: askedOf(of),
    run: async ({ signal }: CallContext) => slim(await of.doGenerate(linked(how, signal))),
  });
  return call<Answer>({
    kind: 'llm',
    name: NAME,
    ...asked(model, options),
    shape: shapeOf(options),
    change: (change) => asked(changedModel(model, change), changedOptions(options, change)),
    usage: (answer) => usageOf(model, answer),
    fromChunks: (chunks) => answerOf(chunks as Part[]),
  });
}

/** The answer as a stream: shown as it comes, its end held back until it is recorded. */
export async function stream(
  model: LanguageModel,
  options: CallOptions,
): Promise<{ readonly stream: ReadableStream<Part> }> {
  const asked = (of: LanguageModel, how: CallOptions) => ({
    input: requestOf(of, how),
    asks: askedOf(of),
    run: ({ signal }: CallContext) => read(of, linked(how, signal)),
  });
  const parts = callStream<Part>({
    kind: 'llm',
    name: NAME,
    ...asked(model, options),
    shape: shapeOf(options),
    change: (change) => asked(changedModel(model, change), changedOptions(options, change)),
    isTerminal: ({ type }) => type === 'finish',
    usage: (all) => usageOf(model, answerOf(all)),
    toChunks: (answer) => partsOf(answer as Answer),
  })[Symbol.asyncIterator]();
  // A request that is refused rejects, as the model's own does; the SDK tries again only then.
  const first = await parts.next();
  return { stream: shown(first, parts) };
}

async function* read(model: LanguageModel, options: CallOptions): AsyncGenerator<Part> {
  const { stream } = await model.doStream(options);
  yield* toItsFinish(stream);
}
