import { UsageError } from '../errors/index.ts';
import { nanoFromUsd } from './money.ts';

/** What the model calls of an execution may use, those of its children included. */
export interface Budget {
  /** In US dollars. */
  readonly usd?: number;
  /** Input and output tokens together. */
  readonly tokens?: number;
  /**
   * What becomes of a call that does not fit any more. `fail`: it throws a `BudgetExceededError`. `wait`: a person is asked
   * to raise the budget, with the wait 'budget'. `warn`: it is made, and the process warns, once.
   * @default 'fail'
   */
  readonly onExceeded?: 'fail' | 'wait' | 'warn';
  /** Lets calls be made whose use or price is not known; they count with what is known of them. @default false */
  readonly allowUnpriced?: boolean;
}

/** How much may be used. What is missing has no limit. */
export interface Limit {
  readonly nanoUsd?: bigint;
  readonly tokens?: number;
}

const OPTIONS = ['usd', 'tokens', 'onExceeded', 'allowUnpriced'];

/** Refuses a budget that could not be kept. */
export function checkBudget(budget: unknown, what: string): asserts budget is Budget {
  if (typeof budget !== 'object' || budget === null || Array.isArray(budget)) {
    throw new UsageError(`${what} must be an object, such as { usd: 1 }.`);
  }
  for (const key of Object.keys(budget)) {
    if (!OPTIONS.includes(key))
      throw new UsageError(`${what} has no option '${key}'. It takes: ${OPTIONS.join(', ')}.`);
  }
  const { onExceeded, allowUnpriced } = budget as Readonly<Record<string, unknown>>;
  const problem = problemWith(budget);
  if (problem) throw new UsageError(`${what}: ${problem}`);
  if (onExceeded !== undefined && !['fail', 'wait', 'warn'].includes(onExceeded as string)) {
    throw new UsageError(`${what}: onExceeded must be 'fail', 'wait' or 'warn'.`);
  }
  if (allowUnpriced !== undefined && typeof allowUnpriced !== 'boolean') {
    throw new UsageError(`${what}: allowUnpriced must be true or false.`);
  }
}

/** What is wrong with the amounts of a budget, or of an answer that raises one. */
export function problemWith(amounts: object): string | undefined {
  const { usd, tokens } = amounts as Readonly<Record<string, unknown>>;
  if (usd === undefined && tokens === undefined) return 'usd or tokens must be given.';
  if (usd !== undefined && (typeof usd !== 'number' || nanoFromUsd(usd) === undefined)) {
    return 'usd must be a number of dollars, of 0 or more.';
  }
  if (tokens !== undefined && (!Number.isSafeInteger(tokens) || (tokens as number) < 0)) {
    return 'tokens must be a whole number, of 0 or more.';
  }
  return undefined;
}

export function limitOf({ usd, tokens }: Pick<Budget, 'usd' | 'tokens'>): Limit {
  const nano = usd === undefined ? undefined : nanoFromUsd(usd);
  return {
    ...(nano === undefined ? {} : { nanoUsd: BigInt(nano) }),
    ...(tokens === undefined ? {} : { tokens }),
  };
}

/** A limit with whatever is higher in another one. What had no limit gets none. */
export function raised(limit: Limit, by: Limit): Limit {
  const { nanoUsd, tokens } = limit;
  return {
    ...(nanoUsd === undefined ? {} : { nanoUsd: (by.nanoUsd ?? 0n) > nanoUsd ? (by.nanoUsd as bigint) : nanoUsd }),
    ...(tokens === undefined ? {} : { tokens: Math.max(tokens, by.tokens ?? 0) }),
  };
}
