import type { Budget } from '../../cost/budget.ts';
import { loadCatalogue } from '../../cost/catalogue.ts';
import type { Pricing } from '../../cost/price.ts';
import { larger, nanoOf, priceOfInput, type TalliedAttempt } from '../../cost/tally.ts';
import { textTokens } from '../../cost/text-tokens.ts';
import type { Begun } from '../../execution/begun.ts';
import { ambient, type Execution } from '../../execution/execution.ts';
import type { Guard } from '../../execution/guard.ts';
import type { MakeGuard } from '../../execution/policy.ts';
import type { CallIdentity } from '../../execution/spec.ts';
import type { Entry } from '../../identity/entry.ts';
import type { CallEnd, Estimate, JournalRecord } from '../../journal/records.ts';
import type { Engine } from '../engine.ts';
import { BudgetQuestions, type HeldPurse } from './asking.ts';
import { readPast } from './past.ts';
import { type NextCall, Purse } from './purse.ts';
import { generationsIn } from './question.ts';
import { describeBudget, exceeded, uncountable } from './refusal.ts';

/**
 * Makes the guards of a flow's executions. Each keeps the flow's own budget and those of the executions around it, so
 * that children have what is left to their parents. The engine's budget is for executions that have neither.
 */
export function budgetGuards(engine: Engine, budget: Budget | undefined): MakeGuard {
  return (context, execution, records) => {
    const { parent } = execution.origin;
    const above = parent === undefined || isInModelCall() ? undefined : context.active.get(parent)?.execution.guard;
    const rules = budget ?? (parent === undefined ? engine.budget : undefined);
    if (!rules && !above) return undefined;
    const own = rules && new Purse(execution.id, rules);
    return new BudgetGuard(engine, execution, records, own, above instanceof BudgetGuard ? above : undefined);
  };
}

/** A flow inside of a model call is a part of that, as a model call would be: what was admitted cannot wait for it. */
function isInModelCall(): boolean {
  for (let call = ambient.getStore()?.scope.call; call; call = call.parent) if (call.kind === 'llm') return true;
  return false;
}

/** A call that is being made. */
interface Permit {
  readonly attempt: TalliedAttempt;
  /** The model calls inside of it: where there are any, it was paid for there. */
  readonly inner: TalliedAttempt[];
}

class BudgetGuard implements Guard {
  readonly #engine: Engine;
  readonly #execution: Execution;
  /** Until they are read. */
  #records: readonly JournalRecord[];
  readonly #own: Purse | undefined;
  readonly #above: BudgetGuard | undefined;
  readonly #purses: readonly HeldPurse[];
  readonly #permits = new Map<string, Permit>();
  readonly #questions: BudgetQuestions;
  /** Stood at a guard when their process ended. */
  readonly #unmade: ReadonlySet<string>;
  readonly #gone: Promise<void>;
  #pricing: Pricing | undefined;

  constructor(
    engine: Engine,
    execution: Execution,
    records: readonly JournalRecord[],
    own: Purse | undefined,
    above: BudgetGuard | undefined,
  ) {
    this.#engine = engine;
    this.#execution = execution;
    this.#questions = new BudgetQuestions(execution);
    this.#records = records;
    this.#unmade = unmadeIn(records);
    this.#own = own;
    this.#above = above;
    const inherited = above?.held ?? [];
    this.#purses = [
      ...(own ? [{ purse: own, generations: 0 }] : []),
      ...inherited.map(({ purse, generations }) => ({ purse, generations: generations + 1 })),
    ];
    this.#gone = new Promise((resolve) => {
      execution.lifetime.gone.addEventListener(
        'abort',
        () => {
          resolve();
          // What is still being made may be parked for good, and others need not wait for it.
          for (const call of [...this.#permits.keys()]) this.#giveUp(call);
        },
        { once: true },
      );
    });
  }

  get held(): readonly HeldPurse[] {
    return this.#purses;
  }

  async admit(begun: Begun, identity: CallIdentity): Promise<Estimate> {
    const pricing = await this.open();
    let open = this.#questions.takeUp(begun);
    for (;;) {
      const next = this.#nextOf(begun, identity, pricing);
      // Asked by an earlier process, it wants an answer, or to be told that none is needed any more.
      const exceeded = (open && this.#askedAbout(open, next)) ?? this.#check(next);
      open = undefined;
      if (exceeded) {
        await Promise.race([this.#questions.ask(begun, exceeded, next), this.#gone]);
      } else {
        const later = this.#purses.find(({ purse }) => blocks(purse, next, 'later'));
        if (!later) return this.#reserve(begun, next);
        await this.#standBehind(begun, later.purse);
      }
      if (this.#execution.lifetime.isOver) return estimateOf(next);
    }
  }

  /** What it waits for may itself have come to a wait: then nothing is in flight. */
  #standBehind(begun: Begun, purse: Purse): Promise<void> {
    const over = Promise.race([purse.changed, this.#gone]);
    return purse.isTakenBy(this.#execution.id) ? this.#execution.suspension.standBy(begun, over) : over;
  }

  mayBeMade({ start: { id } }: Begun): boolean {
    return !this.#unmade.has(id);
  }

  settle({ start, scope }: Begun, { ok, usage, refused }: CallEnd): void {
    if (start.kind !== 'llm') return;
    const { name } = start;
    const at = this.#execution.environment.world.now();
    const status = ok ? 'made' : 'failed';
    const isRefused = refused ?? false;
    const permit = this.#permits.get(start.id);
    if (permit) {
      const { attempt, inner } = permit;
      this.#release(start.id, inner.length > 0 ? inner : [{ ...attempt, status, usage, isRefused }]);
      return;
    }
    for (let call = scope.call; call; call = call.parent) {
      this.#permits.get(call.id)?.inner.push({ name, status, at, usage, isRefused, estimate: undefined });
    }
  }

  close({ start }: Begun): void {
    this.#giveUp(start.id);
  }

  /** Has what was used before read, by this execution and by those around it. */
  async open(): Promise<Pricing> {
    const { environment, id } = this.#execution;
    await this.#above?.open();
    this.#pricing ??= { prices: this.#engine.prices, catalogue: await loadCatalogue() };
    const pricing = this.#pricing;
    await this.#own?.open(async () => ({ past: await readPast(environment, id, this.#records), pricing }));
    this.#records = [];
    return pricing;
  }

  #nextOf({ start: { name } }: Begun, { input, asks = {} }: CallIdentity, pricing: Pricing): NextCall {
    const { model } = asks;
    const tokens = textTokens(input);
    const seen = this.#purses.flatMap(({ purse }) => purse.dearest(model, name) ?? []);
    const price =
      model === undefined ? undefined : priceOfInput(asks, tokens, this.#execution.environment.world.now(), pricing);
    // A provider that reports prices itself needs no list.
    const isPriced = seen.some(({ nanoUsd }) => nanoUsd > 0n);
    return {
      name,
      model,
      expected: seen.reduce(larger, { nanoUsd: price ? nanoOf(price) : 0n, tokens }),
      isFirst: seen.length === 0,
      unpriced: price?.status === 'unpriced' && !isPriced ? price.hint : undefined,
    };
  }

  /** The budget that a person is to be asked to raise. Throws where the call may not be made. */
  #check(next: NextCall): HeldPurse | undefined {
    for (const { purse } of this.#purses) {
      const unknown = purse.uncountable(next);
      if (!unknown) continue;
      const error = uncountable(purse, unknown);
      if (purse.rules.onExceeded !== 'warn') throw error;
      warn(purse, error.message, error.code);
    }
    let asked: HeldPurse | undefined;
    for (const held of this.#purses) {
      const { purse } = held;
      if (purse.verdict(next) !== 'exceeds') continue;
      const { onExceeded = 'fail' } = purse.rules;
      if (onExceeded === 'fail') throw exceeded(purse, next);
      if (onExceeded === 'wait') asked ??= held;
      else
        warn(purse, `${describeBudget(purse.stateBefore(next))} It is made all the same.`, 'REPRISE_BUDGET_EXCEEDED');
    }
    return asked;
  }

  #askedAbout({ start }: Entry, next: NextCall): HeldPurse | undefined {
    const held = this.#purses.find(({ generations }) => generations === generationsIn(start));
    return held && (held.purse.rules.onExceeded === 'wait' || !held.purse.exceededBy(next)) ? held : undefined;
  }

  #reserve({ start: { id, name } }: Begun, next: NextCall): Estimate {
    const estimate = estimateOf(next);
    const at = this.#execution.environment.world.now();
    this.#permits.set(id, {
      attempt: { name, status: 'possibly-paid', at, usage: undefined, isRefused: false, estimate },
      inner: [],
    });
    for (const { purse } of this.#purses) purse.reserve(this.#keyOf(id), next);
    return estimate;
  }

  /** Nobody will tell what a call has used. */
  #giveUp(call: string): void {
    const permit = this.#permits.get(call);
    if (permit) this.#release(call, [...permit.inner, permit.attempt]);
  }

  #release(call: string, attempts: readonly TalliedAttempt[]): void {
    this.#permits.delete(call);
    for (const { purse } of this.#purses) purse.settle(this.#keyOf(call), attempts);
  }

  #keyOf(call: string): string {
    return `${this.#execution.id} ${call}`;
  }
}

/** The calls of which no record says that they were made since they last began. */
function unmadeIn(records: readonly JournalRecord[]): Set<string> {
  const unmade = new Set<string>();
  for (const { head } of records) {
    if (head.t === 'begun' && head.guarded) unmade.add(head.id);
    else if (head.t === 'begun' || head.t === 'again') unmade.delete(head.id);
  }
  return unmade;
}

function blocks(purse: Purse, next: NextCall, verdict: 'later'): boolean {
  return purse.rules.onExceeded !== 'warn' && purse.verdict(next) === verdict;
}

function estimateOf({ model, expected: { nanoUsd, tokens } }: NextCall): Estimate {
  return { ...(model === undefined ? {} : { model }), nanoUsd: Number(nanoUsd), tokens };
}

function warn(purse: Purse, message: string, code: string): void {
  if (purse.warnsFirst(code)) process.emitWarning(message, { type: 'BudgetWarning', code });
}
