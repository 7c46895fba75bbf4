import type { Reprise } from '@reprise/core';
import { checkOptions, checkPolicies, isEngine, isName, isPolicies, type ToolPolicies } from '@reprise/core/adapter';

/** Where executions are kept: `new Reprise({ store })`. */
export type Engine = Pick<Reprise, 'flow' | 'executions'>;

export interface DurableOptions<T extends object = object> {
  /** What executions of this agent are called. @default the agent's own id, else 'agent' */
  readonly name?: string;
  /** An engine of one's own, with its own store. @default the one of `configure()` */
  readonly reprise?: Engine;
  /** How tools are called, by their names. */
  readonly tools?: ToolPolicies<T>;
}

const CHECKS = { name: isName, reprise: isEngine, tools: isPolicies };

export function checkDurableOptions(options: DurableOptions, tools: object | undefined): void {
  checkOptions(options, 'durable()', CHECKS);
  if (options.tools) checkPolicies(options.tools, 'durable()', tools && Object.keys(tools));
}
