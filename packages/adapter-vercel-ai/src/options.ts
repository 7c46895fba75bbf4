import type { Budget, Reprise } from '@reprise/core';
import { checkAgentOptions, type ToolPolicies } from '@reprise/core/adapter';

/** Where executions are kept: `new Reprise({ store })`. */
export type Engine = Pick<Reprise, 'flow' | 'executions'>;

export interface DurableOptions<T extends object = object> {
  /** What executions of this agent are called. @default the agent's own id, else 'agent' */
  readonly name?: string;
  /** An engine of one's own, with its own store. @default the one of `configure()` */
  readonly reprise?: Engine;
  /** How tools are called, by their names. */
  readonly tools?: ToolPolicies<T>;
  /**
   * What the model calls of an execution may use: see `flow`. Agents of one name have one. In a flow it is the flow's that
   * counts, and this one is refused. @default the one of `configure()`
   */
  readonly budget?: Budget;
}

/** Refuses options that are unknown or do not fit. */
export function checkDurableOptions(options: DurableOptions, tools: object | undefined): void {
  checkAgentOptions(options, () => tools && Object.keys(tools));
}
