import { recordedTool, type Tool } from './tool-call.ts';

interface RunnableTool {
  readonly type?: string;
  readonly $callback?: Tool;
  readonly function?: { readonly name?: string; readonly function?: Tool };
}

/** A tool as `runTools` takes it, with its result recorded. */
export function recordedRunnable(tool: RunnableTool): RunnableTool {
  const { $callback, function: described } = tool;
  if (typeof $callback === 'function') {
    // The helpers for schemas hide what they carry: spreading the tool would lose it.
    const copy = Object.create(Object.getPrototypeOf(tool), Object.getOwnPropertyDescriptors(tool)) as RunnableTool;
    const value = recordedTool(described?.name ?? 'tool', $callback);
    return Object.defineProperty(copy, '$callback', { value, enumerable: false, configurable: true, writable: true });
  }
  if (tool.type !== 'function' || typeof described?.function !== 'function') return tool;
  const name = described.name || described.function.name;
  return { ...tool, function: { ...described, name, function: recordedTool(name, described.function) } };
}
