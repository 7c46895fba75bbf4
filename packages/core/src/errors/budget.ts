import { RepriseError, type RepriseErrorOptions } from './base.ts';

/** What a budget is about to be asked for, and what it has left. */
export interface BudgetState {
  /** The execution whose budget it is: the one at hand, or one around it. */
  readonly execution: string;
  readonly budget: { readonly nanoUsd?: bigint; readonly tokens?: number };
  /** What its calls have used, those of its children included. Calls whose outcome nobody knows are in it as estimated. */
  readonly spent: { readonly nanoUsd: bigint; readonly tokens: number };
  /** The call that was to be made, and what it was taken to use. */
  readonly next: {
    readonly name: string;
    readonly model: string | undefined;
    readonly nanoUsd: bigint;
    readonly tokens: number;
  };
}

/** A call was not made, for the budget of its execution does not allow it. Nothing was paid for it. */
export class BudgetExceededError extends RepriseError implements BudgetState {
  readonly execution: string;
  readonly budget: BudgetState['budget'];
  readonly spent: BudgetState['spent'];
  readonly next: BudgetState['next'];

  constructor(state: BudgetState, message: string, options?: RepriseErrorOptions) {
    super('REPRISE_BUDGET_EXCEEDED', message, options);
    this.execution = state.execution;
    this.budget = state.budget;
    this.spent = state.spent;
    this.next = state.next;
  }
}

/** What a call uses cannot be told in the terms of its execution's budget, so the next call was not made. */
export class UncountableCallError extends RepriseError {
  /** The execution whose budget it is. */
  readonly execution: string;
  readonly model: string | undefined;

  constructor(execution: string, model: string | undefined, message: string) {
    super('REPRISE_UNCOUNTABLE_CALL', message);
    this.execution = execution;
    this.model = model;
  }
}
