import { checkPolicies, type ToolPolicies } from '@reprise/core/adapter';
import { recordedTool, type Tool } from './tool/tool-call.ts';

/** Tools of a loop of your own, by their names: in an execution their results are recorded. */
export function durableTools<T extends Record<string, Tool>>(
  tools: T,
  policies: ToolPolicies<T> = {},
): { [Name in keyof T]: (...args: Parameters<T[Name]>) => Promise<Awaited<ReturnType<T[Name]>>> } {
  checkPolicies(policies, 'durableTools()', Object.keys(tools));
  const durable = Object.entries(tools).map(([name, tool]) => [name, recordedTool(name, tool, policies[name])]);
  return Object.fromEntries(durable) as never;
}
