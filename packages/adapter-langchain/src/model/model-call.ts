import type { BaseMessage } from '@langchain/core/messages';
import type { ChatGenerationChunk } from '@langchain/core/outputs';
import { recorded, streamed } from '../graph/recorded.ts';
import { type Answer, answerChunks, answers, chunksOf, type Generation, joined } from './answers.ts';
import { inventedNames } from './invented-names.ts';
import { type Asked, type CallOptions, requestOf, shapeOf } from './request.ts';
import { linked, unlessAborted } from './signals.ts';
import { askedOf, usageOf, usageOfChunks } from './usage.ts';

/** What tells a program of a run, token by token. */
export interface RunManager {
  readonly runId?: string;
  handleLLMNewToken?(token: string, ...rest: unknown[]): Promise<unknown>;
}

/** A chat model of LangChain: what it asks its provider, in one piece and as a stream. */
export interface ChatModel extends Asked {
  _generate(messages: BaseMessage[], options: CallOptions, run?: RunManager): Promise<Answer>;
  _streamResponseChunks(
    messages: BaseMessage[],
    options: CallOptions,
    run?: RunManager,
  ): AsyncGenerator<ChatGenerationChunk>;
  _streamChatModelEvents?(messages: BaseMessage[], options: CallOptions, run?: RunManager): AsyncGenerator<unknown>;
}

/** Both ways to ask are one call, so that a run that was streamed can be gone on with in one piece, and the reverse. */
const NAME = 'chat-model';

/**
 * The model with what it asks its provider recorded. LangChain's own code runs around it as it always does, so that
 * callbacks, tracing, parsing and streaming are what they were.
 */
export function recordedModel<M extends ChatModel>(model: M, base: ChatModel): M {
  const streams = model._streamResponseChunks !== base._streamResponseChunks;
  const methods: Partial<ChatModel> = {
    _generate: (messages, options, run) => generate(model, messages, options, run),
    ...(streams ? { _streamResponseChunks: (messages, options, run) => stream(model, messages, options, run) } : {}),
    // LangChain's own way from chunks to events, so that what was recorded serves both.
    ...(streams && base._streamChatModelEvents ? { _streamChatModelEvents: base._streamChatModelEvents } : {}),
  };
  return new Proxy(model, {
    get(target, key) {
      if (Object.hasOwn(methods, key)) return Reflect.get(methods, key);
      const value: unknown = Reflect.get(target, key, target);
      // LangChain asks whether a model streams by comparing these with its own.
      if (typeof value !== 'function' || key === 'constructor' || UNBOUND.has(key)) return value;
      return value.bind(target);
    },
  });
}

const UNBOUND = new Set<PropertyKey>(['_streamResponseChunks', '_streamChatModelEvents']);

function generate(
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

function stream(
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

async function* read(
  model: ChatModel,
  messages: BaseMessage[],
  options: CallOptions,
  manager: RunManager | undefined,
  run: string,
): AsyncGenerator<ChatGenerationChunk> {
  try {
    for await (const chunk of model._streamResponseChunks(messages, options, manager)) {
      identify(chunk.message, run);
      yield chunk;
    }
  } catch (error) {
    throw unlessAborted(error, options.signal);
  }
}

// Otherwise LangChain gives it the id of a run, and each time another.
function identify(message: BaseMessage, run: string): void {
  if (message.id === undefined || message.id === null) message._updateId(`run-${run}`);
}
