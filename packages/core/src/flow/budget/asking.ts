import { askInside } from '../../calls/ask-inside.ts';
import { limitOf } from '../../cost/budget.ts';
import { WaitRejectedError } from '../../errors/index.ts';
import type { Begun } from '../../execution/begun.ts';
import type { Execution } from '../../execution/execution.ts';
import type { Entry } from '../../identity/entry.ts';
import type { NextCall, Purse } from './purse.ts';
import { type BudgetAnswer, budgetQuestion, generationsIn, questionScope } from './question.ts';
import { exceeded } from './refusal.ts';

/** A budget that a call has to fit into. */
export interface HeldPurse {
  readonly purse: Purse;
  /** How many executions it stands above the call. */
  readonly generations: number;
}

/** The questions about budgets that the calls of an execution ask. */
export class BudgetQuestions {
  readonly #execution: Execution;
  readonly #asking = new Map<Purse, Promise<void>>();
  /** How many questions about a call have been answered. */
  readonly #answered = new Map<string, number>();

  constructor(execution: Execution) {
    this.#execution = execution;
  }

  /** The question that an earlier process has asked about a call, and that has no answer yet. */
  takeUp(begun: Begun): Entry | undefined {
    const questions = this.#questionsOf(begun);
    this.#passOver(questions.filter(({ end }) => end));
    return questions.find(({ end }) => !end);
  }

  /** Resolves when the budget was raised. One question is enough for all calls of the execution that are kept out. */
  async ask(begun: Begun, held: HeldPurse, next: NextCall): Promise<void> {
    const { purse, generations } = held;
    const isOpen = this.#questionsOf(begun).some(({ start, end }) => !end && generationsIn(start) === generations);
    const asked = this.#asking.get(purse);
    if (asked && !isOpen) return this.#execution.suspension.standBy(begun, asked);
    const asking = this.#question(begun, held, next);
    this.#asking.set(purse, asking);
    const over = () => this.#asking.get(purse) === asking && this.#asking.delete(purse);
    asking.then(over, over);
    return asking;
  }

  async #question(begun: Begun, { purse, generations }: HeldPurse, next: NextCall): Promise<void> {
    const { id } = begun.start;
    const count = this.#answered.get(id) ?? this.#questionsOf(begun).filter(({ end }) => end).length;
    try {
      const scope = questionScope(generations, count + 1);
      const answer = await askInside(this.#execution, begun, scope, budgetQuestion(purse, next));
      purse.raise(limitOf(answer as BudgetAnswer));
    } catch (error) {
      throw WaitRejectedError.isInstance(error) ? exceeded(purse, next, error) : error;
    } finally {
      this.#answered.set(id, count + 1);
    }
  }

  /** The recorded questions about a call. */
  #questionsOf({ start, match }: Begun): Entry[] {
    if (!match.entry) return [];
    const entries = [...this.#execution.history.entries.values()];
    return entries.filter((entry) => entry.start.scope.startsWith(`${start.id}/`) && isQuestion(entry));
  }

  // They were answered, and the budget knows it: nobody will ask them again.
  #passOver(questions: readonly Entry[]): void {
    const { history, serving } = this.#execution;
    for (const entry of questions) {
      history.claims.claim(entry);
      entry.settled = true;
    }
    if (questions.length > 0) serving.advance();
  }
}

function isQuestion({ start }: Entry): boolean {
  return generationsIn(start) !== undefined;
}
