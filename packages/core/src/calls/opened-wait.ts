import { type OpenWait, WaitExpiredError, WaitRejectedError } from '../errors/index.ts';
import type { AnswerCheck, Validated } from '../execution/answer-check.ts';
import { type Begun, begunHere } from '../execution/begun.ts';
import type { Execution } from '../execution/execution.ts';
import type { AnswerLetter, Recipient } from '../execution/mailbox.ts';
import type { PendingWait } from '../execution/suspension.ts';
import { keys } from '../journal/keys.ts';
import type { WaitDetails } from '../journal/records.ts';
import { decodeStored } from '../journal/stored-value.ts';

/** What a wait asks, and what it takes for an answer. */
export interface WaitSpec {
  readonly name: string;
  readonly question?: string | undefined;
  /** What the framework that asks calls it. */
  readonly reference?: string | undefined;
  /** Milliseconds since the epoch; counted only when the wait is opened for the first time. */
  readonly until?: number | undefined;
  /** Time is the answer. */
  readonly sleep?: boolean;
  /** What is taken for an answer when time is over. */
  readonly fallback?: { readonly value: unknown } | undefined;
  readonly schema?: unknown;
  /** Told once it is known that nobody has answered yet. */
  onOpen?(wait: OpenWait): void;
  /** An answer that this process has come by in another way, which is not checked any more. */
  readonly answer?: Promise<unknown>;
  validate?(answer: unknown): Validated | Promise<Validated>;
}

/** How a wait ended, and when: it may have been answered long before its process looks. */
type Settled = { readonly by: string | undefined; readonly at: number } & (
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: Error }
);

// A process lives through a short sleep; for anything longer it need not stay.
const SHORT_SLEEP_MS = 60_000;

/** A wait that is open in this process. */
export class OpenedWait implements PendingWait, Recipient {
  readonly answered: Promise<Settled>;
  checked = false;
  readonly #execution: Execution;
  readonly #begun: Begun;
  readonly #details: WaitDetails;
  readonly #spec: WaitSpec;
  readonly check: AnswerCheck;
  #resolve!: (settled: Settled) => void;
  #attempt: number;
  #refused: string | undefined;
  #timer: unknown;
  #isSettled = false;

  constructor(execution: Execution, begun: Begun, details: WaitDetails, spec: WaitSpec) {
    this.#execution = execution;
    this.#begun = begun;
    this.#details = details;
    this.#spec = spec;
    this.check = checkOf(spec);
    const refused = begunHere(begun)?.refused;
    this.#attempt = (refused?.count ?? 0) + 1;
    this.#refused = refused?.reason;
    this.answered = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#setTimer();
    void spec.answer?.then((value) => this.#takeOther(value));
    execution.suspension.add(this, begun.scope);
    execution.mailbox.add(this);
  }

  /** The process stays for it. */
  get lingers(): boolean {
    const { sleep, until } = this.#details;
    return sleep === true && until !== undefined && until - this.#execution.environment.world.now() <= SHORT_SLEEP_MS;
  }

  open(): OpenWait {
    const { as: name, question, reference, until, sleep, schema } = this.#details;
    const { at } = this.#begun.start;
    const execution = this.#execution.id;
    return {
      execution,
      name,
      question,
      reference,
      until,
      sleep: sleep ?? false,
      schema,
      at,
      attempt: this.#attempt,
      refused: this.#refused,
    };
  }

  key(): string {
    return keys.answer(this.#execution.id, this.#details.as, this.#attempt);
  }

  async receive(letter: AnswerLetter | undefined): Promise<void> {
    if (letter && !this.#details.sleep) await this.#take(letter);
    else if (this.#details.until !== undefined && this.#execution.environment.world.now() >= this.#details.until) {
      this.#timeIsUp(this.#details.until);
    }
    if (!this.checked && !this.#isSettled) this.#spec.onOpen?.(this.open());
    this.checked = true;
    this.#execution.suspension.check();
  }

  async #take(letter: AnswerLetter): Promise<void> {
    const { as: name, until } = this.#details;
    if (until !== undefined && letter.at > until) return this.#timeIsUp(until);
    if (letter.rejected) {
      const reason = decodeStored(this.key(), letter.value) as string | undefined;
      this.#settle({ ok: false, error: new WaitRejectedError(name, reason, letter.by), by: letter.by, at: letter.at });
      return;
    }
    const validated = await this.check(decodeStored(this.key(), letter.value));
    if (validated.ok) {
      this.#settle({ ok: true, value: validated.value, by: letter.by, at: letter.at });
      return;
    }
    const { id } = this.#begun.start;
    const reason = storedText(this.#execution, this.#spec, validated.problems);
    this.#refused = reason;
    this.#execution.journal.note({ head: { t: 'refused', id, attempt: this.#attempt, reason } });
    // Whoever answers next looks for this, and other work may go on for long.
    this.#execution.journal.push();
    this.#attempt++;
    void this.#execution.mailbox.look();
  }

  #takeOther(value: unknown): void {
    const { lifetime, environment } = this.#execution;
    if (this.#isSettled || lifetime.gone.aborted) return;
    this.#settle({ ok: true, value, by: undefined, at: environment.world.now() });
  }

  #timeIsUp(until: number): void {
    const { sleep, as: name } = this.#details;
    const { fallback } = this.#spec;
    const end = { by: undefined, at: until };
    if (sleep) this.#settle({ ...end, ok: true, value: undefined });
    else if (fallback) this.#settle({ ...end, ok: true, value: fallback.value });
    else this.#settle({ ...end, ok: false, error: new WaitExpiredError(name, until) });
  }

  #setTimer(): void {
    const { until } = this.#details;
    const { world } = this.#execution.environment;
    if (until === undefined) return;
    const look = () => void this.#execution.mailbox.look();
    this.#timer = world.setTimer(look, Math.max(0, until - world.now()), { unref: !this.lingers });
    this.#execution.lifetime.gone.addEventListener('abort', this.#clearTimer, { once: true });
  }

  readonly #clearTimer = (): void => this.#execution.environment.world.clearTimer(this.#timer);

  #settle(settled: Settled): void {
    this.#isSettled = true;
    this.#clearTimer();
    this.#execution.lifetime.gone.removeEventListener('abort', this.#clearTimer);
    this.#execution.suspension.remove(this);
    this.#execution.mailbox.remove(this);
    this.#resolve(settled);
  }
}

/** A text of a wait, as it is stored. */
export function storedText(execution: Execution, { name }: WaitSpec, text: string): string {
  return String(execution.payloads.redacted(text, { part: 'input', kind: 'wait', name }));
}

function checkOf({ validate }: WaitSpec): AnswerCheck {
  return async (answer) => (await validate?.(answer)) ?? { ok: true, value: answer };
}
