import { AsyncLocalStorage } from 'node:async_hooks';
import type { ToolPolicies, ToolPolicy } from '@reprise/core/adapter';

type ByName = Readonly<Record<string, ToolPolicy | undefined>>;

const ofAgents = new AsyncLocalStorage<ByName>();
const ofTools = new WeakMap<object, ToolPolicy>();

/** Runs an agent with its policies; those of the agents around it hold for its other tools. */
export function withPolicies<T>(policies: ToolPolicies | undefined, run: () => T): T {
  return policies ? ofAgents.run({ ...ofAgents.getStore(), ...policies }, run) : run();
}

/** Gives a tool a policy of its own, whichever agent calls it. */
export function setPolicy(tool: object, policy: ToolPolicy): void {
  ofTools.set(tool, policy);
}

export function policyOf(tool: { readonly name: string }): ToolPolicy {
  return ofTools.get(tool) ?? ofAgents.getStore()?.[tool.name] ?? {};
}
