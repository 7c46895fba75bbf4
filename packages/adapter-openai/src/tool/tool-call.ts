import { type CallChange, call, type ToolPolicy } from '@reprise/core/adapter';
import { isDurable, mark } from './marks.ts';

/** A tool as the client takes it. */
export type Tool = (...args: never[]) => unknown;

/** A tool whose result is recorded: called again with the same arguments in the same place, it is not run. */
export function recordedTool<T extends Tool>(name: string, tool: T, policy: ToolPolicy = {}): T {
  if (isDurable(tool)) return tool;
  const durable = function (this: unknown, ...args: never[]): Promise<unknown> {
    // What a runner hands over beside the arguments is its own affair.
    const asked = (given: unknown[]) => ({
      input: given[0],
      run: () => tool.apply(this, given as never[]) as Promise<unknown>,
    });
    const change = ({ input }: CallChange) => asked([input?.value, ...args.slice(1)]);
    return call({ kind: 'tool', name, ...policy, ...asked(args), change });
  };
  Object.defineProperty(durable, 'name', { value: tool.name });
  return mark(durable as unknown as T);
}
