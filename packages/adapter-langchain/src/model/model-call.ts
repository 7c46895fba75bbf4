import type { BaseMessage } from '@langchain/core/messages';
import type { ChatGenerationChunk } from '@langchain/core/outputs';
import { recorded, streamed } from '../graph/recorded.ts';
import { type Answer, answerChunks, answers, chunksOf, type Generation, joined } from './answers.ts';
import { inventedNames } from './invented-names.ts';
import type { ChatModel, RunManager } from './model.ts';
import { type CallOptions, requestOf, shapeOf } from './request.ts';
import { linked, unlessAborted } from './signals.ts';
import { identify, read } from './streams.ts';
import { askedOf, usageOf, usageOfChunks } from './usage.ts';

/** Both ways to ask are one call, so that a run that was streamed can be gone on with in one piece, and the reverse. */
const NAME = 'chat-model';

/** The answer in one piece. */
export function generate(
  model: ChatModel,
  messages: BaseMessage[],
  options: CallOptions,
  manager: RunManager | undefined,
): Promise<Answer> {
  const names = inventedNames(options);
  const chunks = answerChunks(names);
  return recorded<Answer>({
    kind: 'llm',
    name: NAME,
    input: names.stored(requestOf(model, messages, options)),
    shape: names.stored(shapeOf(messages)),
    asks: askedOf(model, options),
    codec: answers(names),
    run: async ({ signal, id }) => {
      try {
        const answer = await model._generate(messages, linked(options, signal), manager);
        for (const { message } of answer.generations) identify(message, manager?.runId ?? id);
        return answer;
      } catch (error) {
        throw unlessAborted(error, options.signal);
      }
    },
    usage: (answer) => usageOf(model, options, answer),
    fromChunks: (stored) => {
      const whole = joined(stored.map((chunk) => chunks.decode(chunk)));
      return { generations: whole ? [whole as Generation] : [] };
    },
  });
}

/** The answer as a stream. */
export function stream(
  model: ChatModel,
  messages: BaseMessage[],
  options: CallOptions,
  manager: RunManager | undefined,
): AsyncGenerator<ChatGenerationChunk> {
  const names = inventedNames(options);
  const whole = answers(names);
  return streamed<ChatGenerationChunk>(
    {
      kind: 'llm',
      name: NAME,
      input: names.stored(requestOf(model, messages, options)),
      shape: names.stored(shapeOf(messages)),
      asks: askedOf(model, options),
      codec: answerChunks(names),
      run: ({ signal, id }) => read(model, messages, linked(options, signal), manager, manager?.runId ?? id),
      usage: (all) => {
        const sum = joined(all);
        return sum && usageOfChunks(model, options, sum, all);
      },
      toChunks: (stored) => chunksOf(whole.decode(stored)),
    },
    // When the model runs, it tells this itself.
    (chunk) => manager?.handleLLMNewToken?.(chunk.text, undefined, undefined, undefined, undefined, { chunk }),
  );
}
