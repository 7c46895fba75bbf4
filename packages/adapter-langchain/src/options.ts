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
import { toolNames } from './tool/tool-names.ts';

/** Where executions are kept: `new Reprise({ store })`. */
export type Engine = Pick<Reprise, 'flow' | 'executions' | 'waits'>;

export interface DurableOptions {
  /** What executions of this agent are called. @default the agent's own name, else 'agent' */
  readonly name?: string;
  /** An engine of one's own, with its own store. @default the one of `configure()` */
  readonly reprise?: Engine;
  /**
   * What the model calls of an execution may use: see `flow`. Agents of one name have one. In a flow it is the flow's that
   * counts, and this one is refused. @default the one of `configure()`
   */
  readonly budget?: Budget;
  /** How tools are called, by their names: those of the agent, and of the agents in its graph. */
  readonly tools?: ToolPolicies<Readonly<Record<string, object>>>;
}

const CHECKS = { name: isName, reprise: isEngine, budget: isBudget, tools: isPolicies };

export function checkDurableOptions(options: DurableOptions, agent: object): void {
  checkOptions(options, 'durable()', CHECKS);
  if (options.tools) checkPolicies(options.tools, 'durable()', toolNames(agent));
}
