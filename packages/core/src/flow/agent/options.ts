import { type Check, checkOptions, isBudget, isEngine, isName } from '../options.ts';
import { checkPolicies, isPolicies, type ToolPolicies } from '../tool-policies.ts';

/** What `durable(agent, …)` takes, whichever framework the agent is of. */
const CHECKS: Readonly<Record<string, Check>> = {
  name: isName,
  reprise: isEngine,
  tools: isPolicies,
  budget: isBudget,
};

/** Refuses options that are unknown or do not fit, and policies of tools that the agent has not. */
export function checkAgentOptions(
  options: { readonly tools?: ToolPolicies | undefined },
  tools: () => readonly string[] | undefined,
): void {
  checkOptions(options, 'durable()', CHECKS);
  if (options.tools) checkPolicies(options.tools, 'durable()', tools());
}
