import type { WaitSpec } from '../../calls/opened-wait.ts';
import { type Limit, limitOf, problemWith } from '../../cost/budget.ts';
import type { Validated } from '../../execution/answer-check.ts';
import type { CallStart } from '../../journal/records.ts';
import type { NextCall, Purse } from './purse.ts';
import { describeBudget } from './refusal.ts';

/** What raises a budget: the whole of it from now on, what was spent already included. */
export interface BudgetAnswer {
  readonly usd?: number;
  readonly tokens?: number;
}

const NAME = 'budget';

/** What a question's scope in its call is called. It tells whose budget it is about: one so many generations up. */
export function questionScope(generations: number, count: number): string {
  return `${NAME}-${generations}-${count}`;
}

/** Of which generation's budget a call asks, where it is such a question. */
export function generationsIn({ kind, scope }: Pick<CallStart, 'kind' | 'scope'>): number | undefined {
  const [, generations] = (kind === 'wait' && /^[^/]+\/budget-(\d+)-\d+$/.exec(scope)) || [];
  return generations === undefined ? undefined : Number(generations);
}

/** Asks a person to raise a budget for a call. */
export function budgetQuestion(purse: Purse, next: NextCall): WaitSpec {
  const state = purse.stateBefore(next);
  const isOpen = Promise.withResolvers<void>();
  return {
    name: NAME,
    question: `${describeBudget(state)} To how much shall the budget be raised, what is spent included?`,
    schema: schemaOf(state.budget),
    validate: (answer) => check(purse, next, answer),
    onOpen: () => isOpen.resolve(),
    // An answer of its own comes first: it may be the higher one.
    answer: isOpen.promise.then(() => purse.raisedFor(next)).then(answerOf),
  };
}

function answerOf({ nanoUsd, tokens }: Limit): BudgetAnswer {
  return {
    ...(nanoUsd === undefined ? {} : { usd: Number(nanoUsd) / 1e9 }),
    ...(tokens === undefined ? {} : { tokens }),
  };
}

function schemaOf({ nanoUsd, tokens }: Limit): object {
  return {
    type: 'object',
    properties: {
      ...(nanoUsd === undefined
        ? {}
        : { usd: { type: 'number', description: 'The new budget in US dollars, what is spent already included.' } }),
      ...(tokens === undefined
        ? {}
        : { tokens: { type: 'integer', description: 'The new budget in tokens, those spent already included.' } }),
    },
    ...(nanoUsd !== undefined && tokens !== undefined ? { minProperties: 1 } : {}),
    ...(nanoUsd === undefined ? { required: ['tokens'] } : tokens === undefined ? { required: ['usd'] } : {}),
    additionalProperties: false,
  };
}

function check(purse: Purse, next: NextCall, answer: unknown): Validated {
  if (typeof answer !== 'object' || answer === null) {
    return { ok: false, problems: 'it must be the new budget, such as { usd: 5 }' };
  }
  const state = purse.stateBefore(next);
  const { budget } = state;
  const unknown = Object.keys(answer).find((key) => key !== 'usd' && key !== 'tokens');
  if (unknown !== undefined) return { ok: false, problems: `it has no part '${unknown}'; give usd or tokens` };
  const problem = problemWith(answer);
  if (problem) return { ok: false, problems: problem };
  const given = limitOf(answer);
  for (const key of ['nanoUsd', 'tokens'] as const) {
    if (given[key] !== undefined && budget[key] === undefined) {
      return { ok: false, problems: `the budget has no limit in ${key === 'tokens' ? 'tokens' : 'usd'}` };
    }
  }
  if (purse.exceededBy(next, given)) return { ok: false, problems: `that is not enough: ${describeBudget(state)}` };
  return { ok: true, value: answer };
}
