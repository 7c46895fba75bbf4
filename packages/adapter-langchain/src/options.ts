import type { Budget, Reprise } from '@reprise/core';
import { checkAgentOptions, type ToolPolicies } from '@reprise/core/adapter';
import { toolNames } from './tool/tool-names.ts';

/** Where executions are kept: `new Reprise({ store })`. */
export type Engine = Pick<Reprise, 'flow' | 'executions' | 'waits'>;

export interface DurableOptions {
  /** What executions of this agent are called. @default the agent's own name, else 'agent' */
  readonly name?: string;
  /** An engine of one's own, with its own store. @default the one of `configure()` */
  readonly reprise?: Engine;
  /** How tools are called, by their names: those of the agent, and of the agents in its graph. */
  readonly tools?: ToolPolicies<Readonly<Record<string, object>>>;
  /**
   * What the model calls of an execution may use: see `flow`. Agents of one name have one. In a flow it is the flow's that
   * counts, and this one is refused. @default the one of `configure()`
   */
  readonly budget?: Budget;
}

/** Refuses options that are unknown or do not fit. */
export function checkDurableOptions(options: DurableOptions, agent: object): void {
  checkAgentOptions(options, () => toolNames(agent));
}
