import { decimalsFor, formatUsd } from '../../cost/money.ts';
import type { Unknown } from '../../cost/tally.ts';
import { BudgetExceededError, type BudgetState, UncountableCallError } from '../../errors/index.ts';
import type { NextCall, Purse } from './purse.ts';

/** The error of a call that does not fit. */
export function exceeded(purse: Purse, next: NextCall, cause?: Error): BudgetExceededError {
  const state = purse.stateBefore(next);
  const whatNext = "Raise the option 'budget', or of a whole process REPRISE_BUDGET, and resume the execution.";
  const message = `${describeBudget(state)} It was not made. ${whatNext}`;
  return new BudgetExceededError(state, message, cause ? { cause } : {});
}

/** The error of a call where it cannot be told what it, or one before it, uses. */
export function uncountable({ execution }: Purse, { name, model, hint }: Unknown): UncountableCallError {
  const who = model === undefined ? `call '${name}'` : `call '${name}' of ${model}`;
  return new UncountableCallError(
    execution,
    model,
    `Execution ${execution} has a budget, and what ${who} uses cannot be counted: ${hint} It was not made. Give its ` +
      "price in the option 'prices', or let such calls be made without being counted in full with budget: " +
      '{ allowUnpriced: true }, and resume the execution.',
  );
}

/** How a budget stands before a call, for people. */
export function describeBudget({ execution, budget, spent, next }: BudgetState): string {
  const decimals = decimalsFor([budget.nanoUsd ?? 0n, spent.nanoUsd, next.nanoUsd]);
  const amounts = (nanoUsd: bigint, tokens: number) =>
    [
      budget.nanoUsd === undefined ? [] : formatUsd(nanoUsd, decimals),
      budget.tokens === undefined ? [] : `${tokens.toLocaleString('en-US')} tokens`,
    ]
      .flat()
      .join(' and ');
  const called = next.model === undefined ? `'${next.name}'` : `'${next.name}' of ${next.model}`;
  return (
    `The budget of execution ${execution} is ${amounts(budget.nanoUsd ?? 0n, budget.tokens ?? 0)}; ` +
    `${amounts(spent.nanoUsd, spent.tokens)} of it is spent, and the next call, ${called}, is taken to use ` +
    `${amounts(next.nanoUsd, next.tokens)}.`
  );
}
