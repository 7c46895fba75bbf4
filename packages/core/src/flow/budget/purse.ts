import { type Budget, type Limit, limitOf, raised } from '../../cost/budget.ts';
import type { Pricing } from '../../cost/price.ts';
import { type Amount, larger, NOTHING, sum, type TalliedAttempt, Tally, type Unknown } from '../../cost/tally.ts';
import type { BudgetState } from '../../errors/index.ts';

/** A call that is about to be made. */
export interface NextCall {
  readonly name: string;
  readonly model: string | undefined;
  readonly expected: Amount;
  /** No call like it was seen yet, so what is expected is the least that it will use. */
  readonly isFirst: boolean;
  /** Why its price cannot be known beforehand. */
  readonly unpriced: string | undefined;
}

/** Whether a call fits: `later`, where it does not only because of what others in flight may use. */
export type Verdict = 'fits' | 'later' | 'exceeds';

/** What was used before this process came, and how far answers have raised the budget. */
export interface Past {
  readonly attempts: readonly TalliedAttempt[];
  readonly raises: readonly Limit[];
}

/** The budget of one execution, while this process runs it: what it has left, and who has laid a hand on that. */
export class Purse {
  readonly execution: string;
  readonly rules: Budget;
  #limit: Limit;
  #tally: Tally | undefined;
  #opening: Promise<void> | undefined;
  readonly #reserved = new Map<string, NextCall>();
  #changed = Promise.withResolvers<void>();
  #raised = Promise.withResolvers<void>();
  readonly #warned = new Set<string>();

  constructor(execution: string, rules: Budget) {
    this.execution = execution;
    this.rules = rules;
    this.#limit = limitOf(rules);
  }

  /** Reads what was used before, once. */
  open(read: () => Promise<{ readonly past: Past; readonly pricing: Pricing }>): Promise<void> {
    this.#opening ??= read().then(({ past, pricing }) => {
      const tally = new Tally(pricing);
      for (const attempt of past.attempts) tally.add(attempt);
      for (const limit of past.raises) this.#limit = raised(this.#limit, limit);
      this.#tally = tally;
    });
    return this.#opening;
  }

  /** Resolves when it may be worth asking again. */
  get changed(): Promise<void> {
    return this.#changed.promise;
  }

  dearest(model: string | undefined, name: string): Amount | undefined {
    return this.#tally?.dearest(model, name);
  }

  /** Why it cannot be told what this call, or one before it, uses. */
  uncountable({ name, model, unpriced }: NextCall): Unknown | undefined {
    const { usd, tokens, allowUnpriced } = this.rules;
    if (allowUnpriced || !this.#tally) return undefined;
    const { unknown } = this.#tally;
    if (usd !== undefined && unpriced !== undefined) return { name, model, hint: unpriced };
    return (usd === undefined ? undefined : unknown.price) ?? (tokens === undefined ? undefined : unknown.tokens);
  }

  verdict(next: NextCall): Verdict {
    if (this.exceededBy(next)) return 'exceeds';
    const others = [...this.#reserved.values()];
    if (others.some(({ isFirst }) => isFirst)) return 'later';
    const taken = others.map(({ expected }) => expected).reduce(sum, NOTHING);
    return isOver(this.#limit, this.#spent, sum(taken, next.expected)) ? 'later' : 'fits';
  }

  /** Whether the call does not fit, even with nothing else in flight; and would not, were the budget raised so far. */
  exceededBy({ expected }: NextCall, raise: Limit = {}): boolean {
    return isOver(raised(this.#limit, raise), this.#spent, expected);
  }

  /** Whether all that is in flight belongs to this execution. */
  isTakenBy(execution: string): boolean {
    return [...this.#reserved.keys()].every((key) => key.startsWith(`${execution} `));
  }

  reserve(key: string, next: NextCall): void {
    this.#reserved.set(key, next);
  }

  /** What was reserved has been used, or is not known to have been. */
  settle(key: string, attempts: readonly TalliedAttempt[]): void {
    for (const attempt of attempts) this.#tally?.add(attempt);
    this.#reserved.delete(key);
    this.#wake();
  }

  raise(limit: Limit): void {
    this.#limit = raised(this.#limit, limit);
    this.#raised.resolve();
    this.#raised = Promise.withResolvers();
    this.#wake();
  }

  /** Resolves with the budget once the call fits: it was raised so far. */
  async raisedFor(next: NextCall): Promise<Limit> {
    while (this.exceededBy(next)) await this.#raised.promise;
    return this.#limit;
  }

  /** Whether nobody was warned of this yet. From now on somebody was. */
  warnsFirst(code: string): boolean {
    const isFirst = !this.#warned.has(code);
    this.#warned.add(code);
    return isFirst;
  }

  stateBefore({ name, model, expected }: NextCall): BudgetState {
    const { execution } = this;
    return { execution, budget: this.#limit, spent: this.#spent, next: { name, model, ...larger(expected) } };
  }

  get #spent(): Amount {
    return this.#tally?.spent ?? NOTHING;
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

/** A budget that is used up allows nothing more, however little is expected. */
function isOver({ nanoUsd, tokens }: Limit, spent: Amount, more: Amount): boolean {
  const hasMoney = nanoUsd === undefined || (spent.nanoUsd < nanoUsd && spent.nanoUsd + more.nanoUsd <= nanoUsd);
  const hasTokens = tokens === undefined || (spent.tokens < tokens && spent.tokens + more.tokens <= tokens);
  return !hasMoney || !hasTokens;
}
