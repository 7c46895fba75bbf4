import { type OpenWait, WaitingError } from '../errors/index.ts';
import type { RunningCall, Scope } from '../identity/ambient.ts';
import type { Drains } from '../identity/drains.ts';
import type { Matcher } from '../identity/matching.ts';
import type { Serving } from '../identity/serving.ts';
import type { Journal } from '../journal/journal.ts';
import type { AnswerCheck } from './answer-check.ts';
import type { Begun } from './begun.ts';
import type { Keeper } from './keeper.ts';
import type { Lifetime } from './lifetime.ts';

/** A wait that this execution stands at, or one of a child of it. */
export interface PendingWait {
  /** As people see it. */
  open(): OpenWait;
  /** The mailbox has been looked at since it was opened. */
  checked: boolean;
  /** The process stays for it: it will be over soon. */
  readonly lingers: boolean;
  /** Whether an answer fits; missing where this process cannot tell. */
  readonly check?: AnswerCheck;
}

/** What is parked, and what has to be at rest for that. */
interface Suspended {
  readonly id: string;
  readonly journal: Journal;
  readonly keeper: Keeper;
  readonly lifetime: Lifetime;
  readonly matcher: Matcher;
  readonly serving: Serving;
  readonly drains: Drains;
}

// Code between two calls may read a file: parking in that moment would be safe, and wasteful.
const GRACE_MS = 20;
// It may read for longer before it makes the call that an execution which is told once more goes on with.
const REFUSAL_GRACE_MS = 1_000;

/** Notices when nothing is left to do but wait, and parks the execution then. */
export class Suspension {
  readonly #execution: Suspended;
  readonly #pending = new Map<PendingWait, Scope>();
  #timer: NodeJS.Timeout | undefined;
  #published = '';
  #refused: Error | undefined;
  #requested = false;

  constructor(execution: Suspended) {
    this.#execution = execution;
  }

  get waits(): OpenWait[] {
    return [...this.#pending.keys()].map((wait) => wait.open());
  }

  /** How answers to the open waits are checked, by the names of the waits. */
  get checks(): ReadonlyMap<string, AnswerCheck> {
    const checks = new Map<string, AnswerCheck>();
    for (const wait of this.#pending.keys()) if (wait.check) checks.set(wait.open().name, wait.check);
    return checks;
  }

  add(wait: PendingWait, scope: Scope): void {
    this.#pending.set(wait, scope);
    for (const call of callsAround(scope)) call.work.openWaits++;
    this.check();
  }

  remove(wait: PendingWait): void {
    const scope = this.#pending.get(wait);
    if (!scope) return;
    this.#pending.delete(wait);
    for (const call of callsAround(scope)) call.work.openWaits--;
    if (this.#published) this.#publish();
  }

  /** A call stands still until a wait that another call has opened is over. */
  async standBy<T>({ scope, work }: Begun, over: Promise<T>): Promise<T> {
    const standing = [work, ...[...callsAround(scope)].map((call) => call.work)];
    for (const one of standing) one.openWaits++;
    this.check();
    try {
      return await over;
    } finally {
      for (const one of standing) one.openWaits--;
    }
  }

  /** A call was not made, for the execution is over and only told once more. */
  refuse(error: Error): void {
    this.#refused ??= error;
    this.check();
  }

  /** The program stands still, although its waits may be answered by now. */
  request(): void {
    this.#requested = true;
    this.check();
  }

  /** Looks, a moment later, whether the execution can be parked. */
  check(): void {
    if ((this.#pending.size === 0 && !this.#refused && !this.#requested) || this.#execution.lifetime.isOver) return;
    if (this.#timer) this.#timer.refresh();
    else this.#timer = setTimeout(() => this.#look(), this.#refused ? REFUSAL_GRACE_MS : GRACE_MS);
  }

  #look(): void {
    this.#timer = undefined;
    if (this.#refused) {
      if (this.#isIdle()) this.#execution.lifetime.halt(this.#refused);
      return;
    }
    if ((this.#pending.size > 0 || this.#requested) && !this.#execution.lifetime.stopReason && this.#isIdle()) {
      // A journal that cannot be written has stopped the execution already.
      this.#park(this.waits).catch(() => {});
    } else this.#publish();
  }

  async #park(waits: readonly OpenWait[]): Promise<void> {
    const { id, journal, lifetime } = this.#execution;
    await journal.flush();
    lifetime.halt(new WaitingError(id, waits));
  }

  // Somebody may answer while other work goes on.
  #publish(): void {
    const state = this.waits.map(({ name, attempt }) => `${name} ${attempt}`).join('\n');
    if (state === this.#published || this.#execution.lifetime.stopReason) return;
    this.#published = state;
    this.#execution.keeper.update({ waits: this.waits }).catch(() => {});
  }

  #isIdle(): boolean {
    const { lifetime, matcher, serving, drains } = this.#execution;
    for (const work of lifetime.running) if (work.openWaits === 0) return false;
    for (const wait of this.#pending.keys()) if (!wait.checked || wait.lingers) return false;
    return !matcher.undecided && serving.idle && drains.idle;
  }
}

function* callsAround(scope: Scope): Generator<RunningCall> {
  for (let call = scope.call; call; call = call.parent) yield call;
}
