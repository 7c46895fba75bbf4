import { UsageError } from '@reprise/core';
import { call } from '@reprise/core/adapter';
import { covered } from './model/covered.ts';
import { lookUp } from './model/look-up.ts';
import { generate, type LanguageModel, slim, stream } from './model/model-call.ts';
import { askedOf, type CallOptions, type Model, requestOf } from './model/request.ts';
import { linked } from './model/signals.ts';
import { usageOf } from './model/usage.ts';

const DURABLE = Symbol.for('reprise.vercel-ai.model');

type Method = (options: CallOptions) => unknown;

/**
 * A model of any kind (language, embedding, image, speech, transcription, reranking) whose calls are recorded, and served
 * from the journal when the program is resumed.
 */
export function durableModel<M extends object>(model: M): M {
  if (typeof model !== 'object' || model === null) {
    throw new UsageError("durableModel() takes a model of the AI SDK, such as openai('gpt-5').");
  }
  if (DURABLE in model) return model;
  const methods = new Map<string, Method>();
  return new Proxy(model, {
    has: (target, key) => key === DURABLE || Reflect.has(target, key),
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof key !== 'string' || typeof value !== 'function') return value;
      if (!/^do[A-Z]/.test(key)) return value;
      const known =
        methods.get(key) ?? unlessCovered(target, value as Method, durableMethod(target, key, value as Method));
      methods.set(key, known);
      return known;
    },
  });
}

function unlessCovered(model: object, method: Method, durable: Method): Method {
  return (options) => (covered.getStore() === 'by the net' ? method.call(model, options) : durable(options));
}

function durableMethod(model: Model, name: string, method: Method): Method {
  if (name === 'doStream') return (options) => stream(model as LanguageModel, options);
  if (name === 'doGenerate' && 'doStream' in model) return (options) => generate(model as LanguageModel, options);
  return (options) =>
    call<Record<string, unknown>>({
      kind: 'llm',
      name: WORDS[name] ?? 'model',
      input: requestOf(model, options),
      asks: askedOf(model),
      run: async ({ signal }) => slim((await method.call(model, linked(options, signal))) as Record<string, unknown>),
      usage: (answer) => usageOf(model, answer),
    });
}

const WORDS: Record<string, string> = {
  doEmbed: 'embedding-model',
  doRerank: 'reranking-model',
};

type Provider = Record<string, unknown>;

/** A provider whose models are durable, for `globalThis.AI_SDK_DEFAULT_PROVIDER` and for registries. */
export function durableProvider<P extends object>(provider: P): P {
  if ((typeof provider !== 'object' && typeof provider !== 'function') || provider === null) {
    throw new UsageError('durableProvider() takes a provider of the AI SDK, such as createOpenAI().');
  }
  return new Proxy(provider, {
    get(target, key) {
      const value: unknown = Reflect.get(target as Provider, key, target);
      if (typeof value !== 'function' || key === 'constructor') return value;
      return (...args: unknown[]) => durableIfModel(Reflect.apply(value, target, args));
    },
    apply: (target, receiver, args) => durableIfModel(Reflect.apply(target as never, receiver, args)) as never,
  });
}

/** The model that a setting names, made durable: models as text are looked up where the SDK does. */
export function durableSetting(model: unknown, operation = 'generateText'): unknown {
  return typeof model === 'string' ? durableModel(lookUp(model, operation)) : durableIfModel(model);
}

function durableIfModel(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'modelId' in value ? durableModel(value) : value;
}
