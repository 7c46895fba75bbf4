import { type OpenWait, WaitExpiredError, WaitRejectedError } from '../errors/index.ts';
import type { Ambient } from '../identity/ambient.ts';
import type { Entry } from '../identity/entry.ts';
import { keys } from '../journal/keys.ts';
import type { WaitDetails } from '../journal/records.ts';
import { decodeStored } from '../journal/stored-value.ts';
import { type Begun, begunHere, noteStart } from './begin.ts';
import type { Execution } from './execution.ts';
import type { AnswerLetter, Recipient } from './mailbox.ts';
import { errorText, redactedError } from './outcomes.ts';
import { placeCall } from './place-call.ts';
import type { PendingWait } from './suspension.ts';

/** Whether an answer fits, and the value that it stands for. */
export type Validated =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problems: string };

/** Whether an answer fits. It outlives the execution's stay in this process, so it holds nothing else of it. */
export type AnswerCheck = (answer: unknown) => Promise<Validated>;

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
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Waits for an answer. Must run in the caller's own synchronous code. */
export function makeWait(here: Ambient<Execution>, spec: WaitSpec): Promise<unknown> {
  const identity = { kind: 'wait', name: spec.name, input: spec.question, digest: null } as const;
  return placeCall(here, identity, undefined, (execution, begun) => settle(execution, begun, spec));
}

async function settle(execution: Execution, begun: Begun, spec: WaitSpec): Promise<unknown> {
  const { match } = begun;
  const entry = execution.outcomes.find(match);
  if (entry && !isAskedOtherwise(execution, entry, spec)) {
    const value = await execution.outcomes.serve(begun, entry);
    if (!entry.end.ok) throw value;
    return value;
  }
  execution.outcomes.supersede(match);
  const wait = detailsOf(execution, begun, spec);
  const known = begunHere(begun);
  const at = known?.start.at ?? begun.start.at;
  const opened: Begun = { ...begun, start: { ...begun.start, at, wait } };
  const note = known ? undefined : noteStart(execution, opened);
  // Time is counted from here, for a process that comes later, too.
  if (note && wait.until !== undefined) execution.journal.push();
  const answer = await new Wait(execution, opened, wait, spec).answered;

  return execution.doing(opened, async () => {
    const milliseconds = Math.max(0, answer.at - at);
    const by = answer.by === undefined ? {} : { by: answer.by };
    const text = answer.ok
      ? execution.encode(answer.value, 'answer', { part: 'output', kind: 'wait', name: spec.name })
      : errorText(redactedError(execution, opened, answer.error));
    await execution.outcomes.record(opened, note, { ok: answer.ok, milliseconds, ...by }, text);
    if (!answer.ok) throw answer.error;
    return answer.value;
  });
}

/** A replay has the answer to another question. */
function isAskedOtherwise(execution: Execution, { start, handed }: Entry, spec: WaitSpec): boolean {
  if (start.source === undefined || handed !== undefined || spec.question === undefined) return false;
  return start.wait?.question !== storedText(execution, spec, spec.question);
}

function detailsOf(execution: Execution, begun: Begun, spec: WaitSpec): WaitDetails {
  const recorded = begunHere(begun)?.start.wait;
  if (recorded) return recorded;
  return {
    as: begun.match.entry?.start.wait?.as ?? execution.nameWait(spec.name),
    ...(spec.question === undefined ? {} : { question: storedText(execution, spec, spec.question) }),
    ...(spec.reference === undefined ? {} : { reference: spec.reference }),
    ...(spec.until === undefined ? {} : { until: spec.until }),
    ...(spec.sleep ? { sleep: true } : {}),
    ...(spec.schema === undefined ? {} : { schema: spec.schema }),
  };
}

function storedText(execution: Execution, { name }: WaitSpec, text: string): string {
  return String(execution.redacted(text, { part: 'input', kind: 'wait', name }));
}

function checkOf({ validate }: WaitSpec): AnswerCheck {
  return async (answer) => (await validate?.(answer)) ?? { ok: true, value: answer };
}

/** A wait that is open in this process. */
class Wait implements PendingWait, Recipient {
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
    return sleep === true && until !== undefined && until - this.#execution.context.world.now() <= SHORT_SLEEP_MS;
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
    else if (this.#details.until !== undefined && this.#execution.context.world.now() >= this.#details.until) {
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
    const { gone, context } = this.#execution;
    if (this.#isSettled || gone.aborted) return;
    this.#settle({ ok: true, value, by: undefined, at: context.world.now() });
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
    const { world } = this.#execution.context;
    if (until === undefined || until - world.now() > LONGEST_TIMER_MS) return;
    const look = () => void this.#execution.mailbox.look();
    this.#timer = world.setTimer(look, Math.max(0, until - world.now()), { unref: !this.lingers });
    this.#execution.gone.addEventListener('abort', this.#clearTimer, { once: true });
  }

  readonly #clearTimer = (): void => this.#execution.context.world.clearTimer(this.#timer);

  #settle(settled: Settled): void {
    this.#isSettled = true;
    this.#clearTimer();
    this.#execution.gone.removeEventListener('abort', this.#clearTimer);
    this.#execution.suspension.remove(this);
    this.#execution.mailbox.remove(this);
    this.#resolve(settled);
  }
}
