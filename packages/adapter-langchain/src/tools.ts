import { UsageError } from '@reprise/core';
import { checkPolicies, type ToolPolicies, type ToolPolicy } from '@reprise/core/adapter';
import { patch } from './classes/patch.ts';
import { setPolicy } from './tool/policies.ts';

type Tools = readonly object[] | Readonly<Record<string, object>>;
type PoliciesFor<T extends Tools> = ToolPolicies<T extends readonly unknown[] ? Readonly<Record<string, object>> : T>;

/**
 * Tools of a loop of your own, or of an agent that does not show its tools: in an execution their results are recorded.
 * The same tools come back. Policies go by the names of the tools, or by their keys where they are given with keys.
 */
export function durableTools<T extends Tools>(tools: T, policies: PoliciesFor<T> = {} as PoliciesFor<T>): T {
  patch();
  for (const [key, tool] of Object.entries(tools)) checkTool(tool, key);
  const named = Object.entries(tools).map(([key, tool]) => [Array.isArray(tools) ? nameOf(tool) : key, tool] as const);
  checkPolicies(
    policies,
    'durableTools()',
    named.map(([name]) => name),
  );
  for (const [name, tool] of named) {
    const policy = (policies as Readonly<Record<string, ToolPolicy | undefined>>)[name];
    if (policy) setPolicy(tool, policy);
  }
  return tools;
}

/** A bare function would come back as it is, and nothing of it would ever be recorded. */
function checkTool(tool: object, key: string): void {
  if (typeof tool === 'object' && tool !== null) return;
  throw new UsageError(
    `'${key}' of durableTools() is no tool of LangChain, such as tool(fn, { name, schema }). For a function: checkpoint().`,
  );
}

function nameOf(tool: object): string {
  return String((tool as { name?: unknown }).name);
}
