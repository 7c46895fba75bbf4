import type { Budget, Reprise, RetryPolicy } from '@reprise/core';
import { type Check, checkOptions, isBudget, isName } from '@reprise/core/adapter';

/** Where executions are kept: `new Reprise({ store })`. */
export type Engine = Pick<Reprise, 'flow' | 'executions'>;

/** How calls of a tool are made. */
export interface ToolPolicy {
  /** `once`: where a crash leaves it open whether this was done, a person is asked, and it is not repeated. */
  readonly effect?: 'once';
  /** How a call that failed is tried again, before the model is told. @default once */
  readonly retry?: RetryPolicy;
  /** For one attempt, in milliseconds. @default none */
  readonly timeout?: number;
}

/** Policies by the names of the tools. */
export type ToolPolicies<T extends object = object> = { readonly [Name in keyof T]?: ToolPolicy };

export interface DurableOptions<T extends object = object> {
  /** What executions of this agent are called. @default the agent's own id, else 'agent' */
  readonly name?: string;
  /** An engine of one's own, with its own store. @default the one of `configure()` */
  readonly reprise?: Engine;
  /**
   * What the model calls of an execution may use: see `flow`. Agents of one name have one. In a flow it is the flow's that
   * counts, and this one is refused. @default the one of `configure()`
   */
  readonly budget?: Budget;
  /** How tools are called, by their names. */
  readonly tools?: ToolPolicies<T>;
}

const POLICY_CHECKS: Record<string, Check> = {
  effect: (value) => value === 'once' || "'once'",
  retry: (value) => isObject(value) || 'an object, such as { attempts: 3 }',
  timeout: (value) => (Number.isInteger(value) && (value as number) > 0) || 'a number of milliseconds',
};

const CHECKS: Record<string, Check> = {
  name: isName,
  reprise: (value) =>
    typeof (value as Partial<Engine> | null)?.flow === 'function' || 'an engine: new Reprise({ store })',
  budget: isBudget,
  tools: (value) => isObject(value) || "an object, such as { refund: { effect: 'once' } }",
};

export function checkDurableOptions(options: DurableOptions, tools: object | undefined): void {
  checkOptions(options, 'durable()', CHECKS);
  if (options.tools) checkPolicies(options.tools, 'durable()', tools);
}

/** Refuses policies that are none, or of tools that there are not. */
export function checkPolicies(policies: ToolPolicies, what: string, tools: object | undefined): void {
  if (tools)
    checkOptions(
      policies,
      `tools of ${what}`,
      Object.fromEntries(Object.keys(tools).map((name) => [name, () => true])),
    );
  for (const [name, policy] of Object.entries(policies))
    checkOptions(policy, `tool '${name}' of ${what}`, POLICY_CHECKS);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
