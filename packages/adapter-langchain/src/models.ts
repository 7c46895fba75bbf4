import { UsageError } from '@reprise/core';
import { patch } from './classes/patch.ts';

/** A chat model of a loop of your own: in an execution its calls are recorded. The same model comes back. */
export function durableModel<M extends { invoke(...args: never[]): unknown }>(model: M): M {
  if (typeof model?.invoke !== 'function') {
    throw new UsageError("durableModel() takes a chat model of LangChain, such as new ChatOpenAI({ model: 'gpt-5' }).");
  }
  patch();
  return model;
}
