import type { Reprise } from '@reprise/core';
import { checkOptions, checkPolicies, isEngine, isName, isPolicies, type ToolPolicies } from '@reprise/core/adapter';
import { toolNames } from './tool-names.ts';

/** Where executions are kept: `new Reprise({ store })`. */
export type Engine = Pick<Reprise, 'flow' | 'executions' | 'waits'>;

export interface DurableOptions {
  /** What executions of this agent are called. @default the agent's own name, else 'agent' */
  readonly name?: string;
  /** An engine of one's own, with its own store. @default the one of `configure()` */
  readonly reprise?: Engine;
  /** How tools are called, by their names: those of the agent, and of the agents in its graph. */
  readonly tools?: ToolPolicies<Readonly<Record<string, object>>>;
}

const CHECKS = { name: isName, reprise: isEngine, tools: isPolicies };

export function checkDurableOptions(options: DurableOptions, agent: object): void {
  checkOptions(options, 'durable()', CHECKS);
  if (options.tools) checkPolicies(options.tools, 'durable()', toolNames(agent));
}
