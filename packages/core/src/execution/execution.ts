import { AsyncLocalStorage } from 'node:async_hooks';
import { hash } from 'node:crypto';
import { CancelledError, FencedError, type OpenWait, UnstorableValueError, WaitingError } from '../errors/index.ts';
import {
  type Ambient,
  type Cause,
  type Home,
  type RunningCall,
  type Scope,
  scopeStart,
  type Work,
} from '../identity/ambient.ts';
import { inNewBranch, nameBranches } from '../identity/branch.ts';
import { Drains } from '../identity/drains.ts';
import { History } from '../identity/history.ts';
import { Matcher, type MatchPolicy, type Mismatch } from '../identity/matching.ts';
import { mismatchError } from '../identity/messages.ts';
import { Serving } from '../identity/serving.ts';
import { decode, encode } from '../journal/codec.ts';
import type { Journal } from '../journal/journal.ts';
import type { Lists } from '../journal/lists.ts';
import type { JournalRecord, Origin, Payload } from '../journal/records.ts';
import { decodeStored } from '../journal/stored-value.ts';
import { payloadKey } from '../journal/view.ts';
import type { Begun } from './begin.ts';
import type { EngineContext } from './context.ts';
import type { ExecutionEvent } from './events.ts';
import { Failures } from './failures.ts';
import type { Guard, MakeGuard } from './guard.ts';
import type { Head } from './head.ts';
import { Keeper } from './keeper.ts';
import { Mailbox } from './mailbox.ts';
import { Outcomes } from './outcomes.ts';
import { Overrides } from './overrides.ts';
import { parked } from './parked.ts';
import { type RedactInfo, redactValue } from './redact.ts';
import { Suspension } from './suspension.ts';
import type { ExecutionTrace } from './tracing.ts';

/** How one execution is to be run. */
export interface ExecutionPolicy extends MatchPolicy {
  /** `async`: the next call may start while the outcome of this one is being stored. */
  readonly durability: 'sync' | 'async';
  /** The flow's version now; the origin has the one that it was started with. */
  readonly version: string | undefined;
  /** Gives the guard that is asked before model calls, where there is to be one. */
  readonly guard?: MakeGuard | undefined;
}

/** What an execution is made of when a process takes hold of it. */
export interface ExecutionParts {
  readonly origin: Origin;
  readonly journal: Journal;
  readonly records: readonly JournalRecord[];
  readonly lists: Lists;
  readonly head: Head;
  readonly policy: ExecutionPolicy;
  /** It is over, and only told once more: no call is made. */
  readonly isRetold?: boolean;
}

/** Where the running code stands, for any execution of this process. */
export const ambient: AsyncLocalStorage<Ambient<Execution>> = new AsyncLocalStorage();

const ROOT_START = '>';

/** One execution, held and run by this process. */
export class Execution implements Home<Execution> {
  readonly context: EngineContext;
  readonly origin: Origin;
  readonly journal: Journal;
  readonly history: History;
  readonly keeper: Keeper;
  readonly policy: ExecutionPolicy;
  /** It is over, and only told once more: what it has not recorded is not made. */
  readonly isRetold: boolean;
  readonly lists: Lists;
  readonly drains: Drains;
  readonly matcher: Matcher;
  readonly serving: Serving;
  readonly outcomes: Outcomes;
  readonly overrides: Overrides;
  readonly failures: Failures = new Failures();
  readonly mailbox: Mailbox;
  readonly suspension: Suspension;
  /** Missing where every call may be made. */
  readonly guard: Guard | undefined;
  readonly root: Scope = { id: '', sequential: false, parent: undefined, call: undefined };
  /** The calls that are being made here. */
  readonly running: Set<Work> = new Set();
  /** Follows it with spans, where somebody looks at those. */
  trace: ExecutionTrace | undefined;

  readonly #abort = new AbortController();
  readonly #gone = new AbortController();
  readonly #stopped: Promise<never>;
  #stop!: (error: Error) => void;
  #stopReason: Error | undefined;
  #closed = false;
  readonly #begunIn = new Map<string, Map<string, number>>();
  #turnBase: number;
  #quiet: (() => void) | undefined;
  #waitNames: Set<string> | undefined;

  constructor(context: EngineContext, parts: ExecutionParts) {
    const { origin, journal, records, lists, head, policy, isRetold = false } = parts;
    this.context = context;
    this.isRetold = isRetold;
    this.origin = origin;
    this.journal = journal;
    this.policy = policy;
    this.keeper = new Keeper(context, head, journal);
    this.lists = lists;
    lists.onNew = ({ id, from, length, tail }) => {
      journal.note({ head: from ? { t: 'list', id, from, length } : { t: 'list', id, length }, value: tail });
    };
    this.history = new History(records);
    this.#turnBase = this.history.turn + 1;
    this.outcomes = new Outcomes(this, head.calls);
    this.overrides = new Overrides(this.history);
    this.serving = new Serving(this.history, context.world);
    this.matcher = new Matcher(this.history, policy, context.world, (mismatch) => this.#mismatch(mismatch));
    this.drains = new Drains((id) => {
      if (this.history.claims.areOpen) {
        this.history.claims.pass(id);
        this.matcher.reconsider(id);
      }
      this.serving.advance();
      this.suspension.check();
    });
    this.mailbox = new Mailbox(this);
    this.suspension = new Suspension(this);
    this.#stopped = new Promise((_, reject) => {
      this.#stop = reject;
    });
    this.#stopped.catch(() => {});
    journal.onBroken = (error) => this.halt(error);
    this.guard = isRetold ? undefined : policy.guard?.(this, records);
  }

  get execution(): this {
    return this;
  }

  get seed(): string {
    return this.origin.seed;
  }

  open(): Promise<this> {
    return Promise.resolve(this);
  }

  get id(): string {
    return this.journal.execution;
  }

  get flow(): string {
    return this.origin.flow;
  }

  /** Aborted when the execution is cancelled. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Aborted when the execution stops, for whatever reason: timers need not be kept any longer. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** The program has ended, or has been stopped. */
  get isOver(): boolean {
    return this.#closed || this.#stopReason !== undefined;
  }

  /** Why it stopped before its end: parked, cancelled, taken over, diverged, or the store is away. */
  get stopReason(): Error | undefined {
    return this.#stopReason;
  }

  emit(event: DistributiveOmit<ExecutionEvent, 'execution' | 'flow'>): void {
    const whole = { execution: this.id, flow: this.flow, ...event } as ExecutionEvent;
    this.trace?.observe(whole);
    this.context.observe?.(whole);
  }

  /** Runs the program until it ends, or the execution stops. */
  async run<T>(program: () => Promise<T>): Promise<T> {
    if (!this.isRetold) this.mailbox.start();
    const stopNaming = nameBranches();
    try {
      return await Promise.race([
        ambient.run({ home: this, scope: this.root, cause: scopeStart('') }, async () => {
          this.drains.enter(ROOT_START);
          return inNewBranch(program);
        }),
        this.#stopped,
      ]);
    } finally {
      this.#closed = true;
      stopNaming();
    }
  }

  /** Ends the execution from within: the outer promise rejects, and no call goes on. */
  halt(error: Error): void {
    if (this.#stopReason) return;
    this.#stopReason = error;
    if (FencedError.isInstance(error)) this.keeper.stop();
    // Whatever else stops it, what still runs was paid for, and its outcome is recorded.
    if (CancelledError.isInstance(error) || FencedError.isInstance(error)) this.#abort.abort(error);
    if (WaitingError.isInstance(error)) this.running.clear();
    this.#stop(error);
    this.#gone.abort();
    this.#quietIfIdle();
  }

  cancel(reason?: string): void {
    this.halt(new CancelledError(this.id, reason));
  }

  /** Resolves when no body runs any more whose outcome could still be recorded. */
  quiet(): Promise<void> {
    return new Promise((resolve) => {
      this.#quiet = resolve;
      this.#quietIfIdle();
    });
  }

  /** Rejects or parks a call that comes after the end. */
  whileOpen(scope: Scope): Promise<never> | undefined {
    if (!this.#stopReason && !this.#closed) return undefined;
    if (CancelledError.isInstance(this.#stopReason)) return Promise.reject(this.#stopReason);
    return this.parkIn(scope);
  }

  /** Parks a call. The bodies around it will never end, and need not be waited for. */
  parkIn(scope: Scope): Promise<never> {
    for (let call = scope.call; call; call = call.parent) this.running.delete(call.work);
    this.#quietIfIdle();
    return parked();
  }

  /** Parks a call that had begun. */
  parkCall({ work, scope }: Begun): Promise<never> {
    this.running.delete(work);
    return this.parkIn(scope);
  }

  /** A stored value; a promise of it where it does not stand in its record. */
  load(payload: Payload | undefined): unknown {
    if (payload === undefined) return undefined;
    const key = payloadKey(this.id, payload);
    if (typeof payload === 'string') return decodeStored(key, payload, this.lists);
    return this.journal.text(payload).then((text) => decodeStored(key, text, this.lists));
  }

  /** A call's failure reaches the program. */
  throwFrom({ start }: Begun, error: unknown): never {
    this.failures.note(error, start.id);
    throw error;
  }

  /** Stops the execution with an error that the program must not see. */
  fail(error: Error, begun: Begun): Promise<never> {
    this.halt(error);
    return this.parkCall(begun);
  }

  /** What may be stored of a value. */
  redacted(value: unknown, info: RedactInfo): unknown {
    const { redact } = this.context;
    return redact ? redactValue(redact, value, info) : value;
  }

  /** A value as text to be stored, after redaction. */
  encode(value: unknown, what: string, info: RedactInfo): string {
    try {
      return encode(this.redacted(value, info), what, this.lists);
    } catch (error) {
      throw error instanceof UnstorableValueError ? error.of(`${info.kind} '${info.name}'`) : error;
    }
  }

  /** Does a call's work. While it goes on the execution is not parked, unless all that is left of it is to wait. */
  async doing<T>({ work }: Begun, run: () => Promise<T>): Promise<T> {
    this.running.add(work);
    try {
      return await run();
    } finally {
      this.running.delete(work);
      this.suspension.check();
      this.#quietIfIdle();
    }
  }

  /** The first point of a named scope. What is in it is counted on when it is entered again. */
  startOf(scope: string): Cause {
    const begun = this.#begunIn.get(scope) ?? new Map<string, number>();
    this.#begunIn.set(scope, begun);
    return { ...scopeStart(scope), begun };
  }

  /** A scope of this stage begins: what is in lower ones beside it holds nothing back any more. */
  reach(around: string, stage: number): void {
    if (this.history.claims.areOpen && this.history.claims.leaveBehind(around, stage)) this.serving.advance();
  }

  /** The body of a call starts. */
  enter({ id, kind, name, attempt }: RunningCall): void {
    this.emit({ type: 'begun', call: { id, kind, name, attempt } });
  }

  /** A turn of this process, in the count of all that have run this execution. */
  turnOf(turn: number): number {
    return this.#turnBase + turn;
  }

  idempotencyKey(id: string): string {
    return hash('sha256', `${this.id} ${id}`, 'hex').slice(0, 32);
  }

  /** A wait's name for people, unique in this execution. */
  nameWait(name: string): string {
    this.#waitNames ??= this.history.waitNames();
    let unique = name;
    for (let n = 2; this.#waitNames.has(unique); n++) unique = `${name}#${n}`;
    this.#waitNames.add(unique);
    return unique;
  }

  /** Parks the execution until somebody answers. */
  async park(waits: readonly OpenWait[]): Promise<void> {
    await this.journal.flush();
    this.halt(new WaitingError(this.id, waits));
  }

  #mismatch(mismatch: Mismatch): never {
    const { input } = mismatch.recorded;
    const error = mismatchError({
      execution: this.id,
      version: this.origin.version,
      mismatch: { ...mismatch, input: this.#inFull(mismatch.input) },
      recordedInput: typeof input === 'string' ? this.#inFull(input) : undefined,
    });
    this.halt(error);
    throw error;
  }

  /** A stored text, with its long lists in place. */
  #inFull(text: string): string {
    return encode(decode(text, this.lists), 'input');
  }

  /** No body runs any more, and nothing is being stored. */
  get isQuiet(): boolean {
    return this.running.size === 0;
  }

  // Between a body's end and the record of its outcome lie only microtasks.
  #quietIfIdle(): void {
    if (!this.#quiet) return;
    queueMicrotask(() => process.nextTick(() => this.isQuiet && this.#quiet?.()));
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
