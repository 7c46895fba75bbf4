import { UsageError } from '@reprise/core';
import { recordedIfModel, recordedModel } from './model/recorded-model.ts';

/**
 * A model of any kind (language, embedding, image, speech, transcription, reranking): in an execution its calls are
 * recorded.
 */
export function durableModel<M extends object>(model: M): M {
  if (typeof model !== 'object' || model === null) {
    throw new UsageError("durableModel() takes a model of the AI SDK, such as openai('gpt-5').");
  }
  return recordedModel(model);
}

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
      return (...args: unknown[]) => recordedIfModel(Reflect.apply(value, target, args));
    },
    apply: (target, receiver, args) => recordedIfModel(Reflect.apply(target as never, receiver, args)) as never,
  });
}
