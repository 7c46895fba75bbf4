import { createRequire } from 'node:module';
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { RunnableSequence } from '@langchain/core/runnables';
import { StructuredTool } from '@langchain/core/tools';
import { Pregel } from '@langchain/langgraph/pregel';
import { isInExecution, scope } from '@reprise/core/adapter';
import { Frame, frames } from '../graph/frame.ts';
import { asTask, beginsTask } from '../graph/task.ts';
import type { TaskConfig } from '../graph/task-config.ts';
import type { ChatModel } from '../model/model.ts';
import { recordedModel } from '../model/recorded-model.ts';
import { isDurable } from '../tool/marks.ts';
import { recordedTool, type Tool } from '../tool/tool-call.ts';

/** The classes of LangChain's in which calls are made. A process may hold several copies of each. */
interface Classes {
  readonly BaseChatModel: object;
  readonly StructuredTool: object;
  readonly RunnableSequence: object;
  readonly Pregel: object;
}

const PATCHED = Symbol.for('reprise.langchain.patched');

type Method = (this: unknown, ...args: never[]) => unknown;

/** Has LangChain record its calls while it runs in an execution. Outside of one nothing changes. */
export function patch(): void {
  patchClasses({ BaseChatModel, StructuredTool, RunnableSequence, Pregel });
  for (const [specifier, name] of COMMON_JS) patchLoaded(specifier, name);
}

const COMMON_JS = [
  ['@langchain/core/language_models/chat_models', 'BaseChatModel'],
  ['@langchain/core/tools', 'StructuredTool'],
  ['@langchain/core/runnables', 'RunnableSequence'],
  ['@langchain/langgraph/pregel', 'Pregel'],
] as const;

const require = createRequire(import.meta.url);

// The CommonJS build has classes of its own. It is not loaded for this: only what somebody else has loaded counts.
function patchLoaded(specifier: string, name: keyof Classes): void {
  try {
    const loaded = require.cache[require.resolve(specifier)]?.exports as Record<string, object> | undefined;
    if (loaded?.[name]) patchClasses({ [name]: loaded[name] });
  } catch {
    // Not installed in that build.
  }
}

function patchClasses(classes: Partial<Classes>): void {
  if (classes.BaseChatModel) patchModel(classes.BaseChatModel);
  if (classes.StructuredTool) override(classes.StructuredTool, 'call', toolCall);
  if (classes.RunnableSequence) override(classes.RunnableSequence, 'invoke', sequenceInvoke);
  if (classes.Pregel) override(classes.Pregel, 'stream', graphStream);
}

function patchModel(Base: object): void {
  const base = (Base as { prototype: ChatModel }).prototype;
  const viewed = (original: Method): Method =>
    function (this: unknown, ...args) {
      return original.apply(isInExecution() ? recordedModel(this as ChatModel, base) : this, args);
    };
  override(Base, '_generateUncached', viewed);
  override(Base, '_streamIterator', viewed);
  override(Base, 'streamEvents', (original) => {
    const recording = viewed(original);
    return function (this: unknown, ...args) {
      const { version } = (args[1] ?? {}) as { version?: string };
      // Versions 1 and 2 come by again, at the model's stream.
      return (version === 'v1' || version === 'v2' ? original : recording).apply(this, args);
    };
  });
}

function toolCall(original: Method): Method {
  return function (this: unknown, ...args) {
    const tool = this as Tool;
    return original.apply(isInExecution() && !isDurable(tool) ? recordedTool(tool) : tool, args);
  };
}

function sequenceInvoke(original: Method): Method {
  return function (this: unknown, ...[input, config]) {
    const given = config as TaskConfig | undefined;
    if (!given || !isInExecution() || !beginsTask(given)) return original.apply(this, [input, config] as never);
    return asTask(given, (own) => original.apply(this, [input, own] as never) as Promise<unknown>);
  };
}

function graphStream(original: Method): Method {
  return function (this: unknown, ...args) {
    if (!isInExecution()) return original.apply(this, args);
    const name = String((this as { name?: unknown }).name ?? 'graph') || 'graph';
    return frames.run(new Frame(frames.getStore()), () => scope(name, undefined, () => original.apply(this, args)));
  };
}

function override(Class: object, name: string, make: (original: Method) => Method): void {
  const { prototype } = Class as { prototype: Record<PropertyKey, unknown> };
  const original = prototype[name];
  if (typeof original !== 'function' || PATCHED in original) return;
  const value = Object.defineProperty(make(original as Method), PATCHED, { value: true });
  Object.defineProperty(prototype, name, { value, configurable: true, writable: true });
}
