import { UsageError } from '@reprise/core';
import { type CallChange, withSecretsOf } from '@reprise/core/adapter';
import { lookUp } from './look-up.ts';
import type { LanguageModel } from './model.ts';
import { type CallOptions, VOLATILE } from './request.ts';

/** What a model is asked, as a replay wants it: all that is shown of it, but the model's own name. */
export function changedOptions(options: CallOptions, { input }: CallChange): CallOptions {
  if (!input) return options;
  const { value } = input;
  if (typeof value !== 'object' || value === null || !('prompt' in value)) {
    throw new UsageError('the input of a model call is an object with its prompt');
  }
  const { provider: _, model: __, ...asked } = value as Record<string, unknown>;
  const kept = Object.fromEntries(Object.entries(options).filter(([name]) => VOLATILE.has(name)));
  return { ...kept, ...withSecretsOf(asked, options) };
}

/** The model that a replay names, from where the SDK looks models up. */
export function changedModel(model: LanguageModel, { model: name }: CallChange): LanguageModel {
  return name === undefined ? model : (lookUp(name, 'generateText') as LanguageModel);
}
