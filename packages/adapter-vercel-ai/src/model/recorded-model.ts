import { call, isOff } from '@reprise/core/adapter';
import { slim } from './answers.ts';
import { covered } from './covered.ts';
import { lookUp } from './look-up.ts';
import type { LanguageModel } from './model.ts';
import { generate, stream } from './model-call.ts';
import { type CallOptions, type Model, requestOf } from './request.ts';
import { linked } from './signals.ts';
import { askedOf, usageOf } from './usage.ts';

const DURABLE = Symbol.for('reprise.vercel-ai.model');

type Method = (options: CallOptions) => unknown;

/** A model of any kind whose calls are recorded, and served from the journal when the program is resumed. */
export function recordedModel<M extends object>(model: M): M {
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
  return (options) => (isOff() || covered.getStore() === 'by the net' ? method.call(model, options) : durable(options));
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

/** The model that a setting names, recorded: models as text are looked up where the SDK does. */
export function recordedSetting(model: unknown, operation = 'generateText'): unknown {
  return typeof model === 'string' ? recordedModel(lookUp(model, operation)) : recordedIfModel(model);
}

/** A model with its calls recorded, and everything else as it is. */
export function recordedIfModel(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'modelId' in value ? recordedModel(value) : value;
}
