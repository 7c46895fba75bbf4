import {
  type CallContext,
  call,
  callStream,
  isOff,
  scope,
  type ToolPolicies,
  type ToolPolicy,
} from '@reprise/core/adapter';
import { uncovered } from '../model/covered.ts';
import { linked } from '../model/signals.ts';
import { askOf } from './asks.ts';
import { type KeyOf, sameKey } from './keys.ts';
import { isDurable, MARK, mark } from './marks.ts';

interface ExecuteOptions {
  readonly toolCallId: string;
  readonly abortSignal?: AbortSignal;
}

type Execute = (input: unknown, options: ExecuteOptions) => unknown;

export interface Tool {
  readonly execute?: Execute;
}

const IN_LOOP = Symbol.for('reprise.vercel-ai.tool-in-loop');
const AsyncGeneratorFunction = async function* () {}.constructor;

/** The tools of one run of a loop. */
export function toolsOfLoop<T extends object>(tools: T, policies: ToolPolicies = {}, keyOf: KeyOf): T {
  return eachTool(tools, (name, tool) => {
    const policy = (policies as Record<string, ToolPolicy | undefined>)[name];
    return askOf(tool) ? askingTool(tool, keyOf) : recordedTool(name, tool, policy, keyOf);
  });
}

function askingTool(tool: Tool, keyOf: KeyOf): Tool {
  if (IN_LOOP in tool) return tool;
  const execute: Execute = (input, options) =>
    tool.execute?.(input, { ...options, toolCallId: keyOf(options.toolCallId) as string });
  return new Proxy(tool, {
    has: (target, key) => key === IN_LOOP || Reflect.has(target, key),
    get: (target, key) => (key === 'execute' ? execute : Reflect.get(target, key, target)),
  });
}

/** Has a tool that nobody has wrapped record what it is asked in an execution, in place. */
export function recordInPlace(name: string, tool: Tool, isActive: () => boolean): void {
  const { execute } = tool;
  if (typeof execute !== 'function' || isDurable(tool) || !Object.isExtensible(tool)) return;
  const durable = recorded(name, tool, execute);
  const either: Execute = (input, options) =>
    isActive() ? durable(input, options) : execute.call(tool, input, options);
  Object.defineProperty(mark(tool), 'execute', { value: either });
}

/** A tool whose results are recorded: asked for again in the same place, it is not run. */
export function recordedTool(name: string, tool: Tool, policy: ToolPolicy | undefined, keyOf: KeyOf = sameKey): Tool {
  const { execute } = tool;
  if (typeof execute !== 'function' || isDurable(tool)) return tool;
  const durable = recorded(name, tool, execute, policy, keyOf);
  return new Proxy(tool, {
    has: (target, key) => key === MARK || Reflect.has(target, key),
    get: (target, key) => (key === 'execute' ? durable : Reflect.get(target, key, target)),
  });
}

/** The tools by their names, each changed. */
export function eachTool<T extends object>(tools: T, change: (name: string, tool: Tool) => object): T {
  return Object.fromEntries(Object.entries(tools).map(([name, tool]) => [name, change(name, tool)])) as T;
}

function recorded(
  name: string,
  tool: Tool,
  execute: Execute,
  policy: ToolPolicy = {},
  keyOf: KeyOf = sameKey,
): Execute {
  return (input, options) => {
    if (isOff()) return execute.call(tool, input, options);
    return scope('tool', keyOf(options?.toolCallId), () => {
      const run = (given: unknown, signal: AbortSignal) =>
        uncovered(() => execute.call(tool, given, linked(options, signal)));
      const spec = { kind: 'tool', name } as const;
      // A policy is for a call that gives its result in one piece.
      if (!(execute instanceof AsyncGeneratorFunction) || Object.keys(policy).length > 0) {
        const asked = (given: unknown) => ({
          input: given,
          run: async ({ signal }: CallContext) => last(run(given, signal)),
        });
        return call({ ...spec, ...policy, ...asked(input), change: (change) => asked(change.input?.value) });
      }
      // Its results pass as they come; the last is the tool's own.
      const asked = (given: unknown) => ({
        input: given,
        run: ({ signal }: CallContext) => run(given, signal) as AsyncIterable<unknown>,
      });
      return callStream({ ...spec, ...asked(input), change: (change) => asked(change.input?.value) });
    });
  };
}

// Whether a plain function gives an iterable is known only when it has run: then what counts is its last result.
async function last(output: unknown): Promise<unknown> {
  if (typeof output !== 'object' || output === null || !(Symbol.asyncIterator in output)) return output;
  let result: unknown;
  for await (const value of output as AsyncIterable<unknown>) result = value;
  return result;
}
