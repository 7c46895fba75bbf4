import type { RetryPolicy } from '../execution/spec.ts';
import { RETRY_CHECKS } from './checkpoint.ts';
import { type Check, checkOptions, oneOf } from './options.ts';

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

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const CHECKS: Record<string, Check> = {
  effect: oneOf('once'),
  retry: (value) => isObject(value) || 'an object, such as { attempts: 3 }',
  timeout: (value) => (Number.isInteger(value) && (value as number) > 0) || 'a number of milliseconds',
};

export const isPolicies: Check = (value) => isObject(value) || "an object, such as { refund: { effect: 'once' } }";

/**
 * Refuses policies that are none, or of tools that there are not. `what` is whose they are, for the message, such as
 * `durableTools()`; where no names are given it may have any tools.
 */
export function checkPolicies(policies: object, what: string, names: readonly string[] | undefined): void {
  if (names) checkOptions(policies, `tools of ${what}`, Object.fromEntries(names.map((name) => [name, () => true])));
  for (const [name, policy] of Object.entries(policies as Record<string, ToolPolicy | undefined>)) {
    checkOptions(policy, `tool '${name}' of ${what}`, CHECKS);
    checkOptions(policy?.retry, `the retry policy of tool '${name}' of ${what}`, RETRY_CHECKS);
  }
}
