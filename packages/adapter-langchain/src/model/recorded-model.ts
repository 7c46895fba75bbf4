import type { ChatModel } from './model.ts';
import { generate, stream } from './model-call.ts';

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
