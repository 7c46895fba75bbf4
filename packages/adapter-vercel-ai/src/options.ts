import type { Budget, Reprise } from '@reprise/core';
import {
  checkOptions,
  checkPolicies,
  isBudget,
  isEngine,
  isName,
  isPolicies,
  type ToolPolicies,
} from '@reprise/core/adapter';

/** Where executions are kept: `new Reprise({ store })`. */
export type Engine = Pick<Reprise, 'flow' | 'executions'>;

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

const CHECKS = { name: isName, reprise: isEngine, budget: isBudget, tools: isPolicies };

export function checkDurableOptions(options: DurableOptions, tools: object | undefined): void {
  checkOptions(options, 'durable()', CHECKS);
  if (options.tools) checkPolicies(options.tools, 'durable()', tools && Object.keys(tools));
}
