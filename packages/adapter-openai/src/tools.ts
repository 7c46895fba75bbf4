import { type CallChange, call } from '@reprise/core/adapter';

type Tool = (...args: never[]) => unknown;

const DURABLE = Symbol.for('reprise.openai.tool');

/** A tool whose result is recorded: called again with the same arguments in the same place, it is not run. */
export function durableTool<T extends Tool>(name: string, tool: T): T {
  if (isDurable(tool)) return tool;
  const durable = function (this: unknown, ...args: never[]): Promise<unknown> {
    // What a runner hands over beside the arguments is its own affair.
    const asked = (given: unknown[]) => ({
      input: given[0],
      run: () => tool.apply(this, given as never[]) as Promise<unknown>,
    });
    const change = ({ input }: CallChange) => asked([input?.value, ...args.slice(1)]);
    return call({ kind: 'tool', name, ...asked(args), change });
  };
  Object.defineProperty(durable, 'name', { value: tool.name });
  return mark(durable as unknown as T);
}

/** Whether a tool is recorded, or needs no record. */
export function isDurable(tool: object): boolean {
  return DURABLE in tool;
}

/** A tool that needs no record of its own, for it makes calls itself. */
export function mark<T extends Tool>(tool: T): T {
  return Object.defineProperty(tool, DURABLE, { value: true });
}

/** The tools of a loop of your own, by their names: `const tools = durableTools({ search, book })`. */
export function durableTools<T extends Record<string, Tool>>(
  tools: T,
): { [Name in keyof T]: (...args: Parameters<T[Name]>) => Promise<Awaited<ReturnType<T[Name]>>> } {
  const durable = Object.entries(tools).map(([name, tool]) => [name, durableTool(name, tool)]);
  return Object.fromEntries(durable) as never;
}

interface RunnableTool {
  readonly type?: string;
  readonly $callback?: Tool;
  readonly function?: { readonly name?: string; readonly function?: Tool };
}

/** A tool as `runTools` takes it, made durable. */
export function durableRunnable(tool: RunnableTool): RunnableTool {
  const { $callback, function: described } = tool;
  if (typeof $callback === 'function') {
    // The helpers for schemas hide what they carry: spreading the tool would lose it.
    const copy = Object.create(Object.getPrototypeOf(tool), Object.getOwnPropertyDescriptors(tool)) as RunnableTool;
    const value = durableTool(described?.name ?? 'tool', $callback);
    return Object.defineProperty(copy, '$callback', { value, enumerable: false, configurable: true, writable: true });
  }
  if (tool.type !== 'function' || typeof described?.function !== 'function') return tool;
  const name = described.name || described.function.name;
  return { ...tool, function: { ...described, name, function: durableTool(name, described.function) } };
}
