import { AsyncLocalStorage } from 'node:async_hooks';
import { hash } from 'node:crypto';
import { type Ambient, type Cause, type Home, type Scope, scopeStart } from '../identity/ambient.ts';
import { inNewBranch, nameBranches } from '../identity/branch.ts';
import { Drains } from '../identity/drains.ts';
import { History } from '../identity/history.ts';
import { Matcher, type MatchPolicy, type Mismatch } from '../identity/matching.ts';
import { mismatchError } from '../identity/messages.ts';
import { Serving } from '../identity/serving.ts';
import type { Journal } from '../journal/journal.ts';
import type { Lists } from '../journal/lists.ts';
import type { JournalRecord, Origin } from '../journal/records.ts';
import type { Environment } from './environment.ts';
import type { ExecutionEvent } from './events.ts';
import { Failures } from './failures.ts';
import type { Guard } from './guard.ts';
import type { Head } from './head.ts';
import { Keeper } from './keeper.ts';
import { Lifetime } from './lifetime.ts';
import { Mailbox } from './mailbox.ts';
import { type OutcomePolicy, Outcomes } from './outcomes.ts';
import { Overrides } from './overrides.ts';
import { Payloads } from './payloads.ts';
import { Suspension } from './suspension.ts';
import type { ExecutionTrace } from './tracing.ts';

/** What an execution is made of when a process takes hold of it. */
export interface ExecutionParts {
  readonly origin: Origin;
  readonly journal: Journal;
  readonly records: readonly JournalRecord[];
  readonly lists: Lists;
  readonly head: Head;
  readonly policy: MatchPolicy & OutcomePolicy;
  /** It is over, and only told once more: no call is made. */
  readonly isRetold?: boolean;
}

/** Where the running code stands, for any execution of this process. */
export const ambient: AsyncLocalStorage<Ambient<Execution>> = new AsyncLocalStorage();

const ROOT_START = '>';

/** One execution, held and run by this process: what its parts are, and how they act on one another. */
export class Execution implements Home<Execution> {
  readonly environment: Environment;
  readonly origin: Origin;
  readonly policy: OutcomePolicy;
  /** It is over, and only told once more: what it has not recorded is not made. */
  readonly isRetold: boolean;
  readonly journal: Journal;
  readonly payloads: Payloads;
  readonly keeper: Keeper;
  readonly lifetime: Lifetime;
  readonly history: History;
  readonly matcher: Matcher;
  readonly serving: Serving;
  readonly drains: Drains;
  readonly outcomes: Outcomes;
  readonly overrides: Overrides;
  readonly failures: Failures = new Failures();
  readonly mailbox: Mailbox;
  readonly suspension: Suspension;
  readonly root: Scope = { id: '', sequential: false, parent: undefined, call: undefined };
  /** Asked before model calls; missing where every call may be made. */
  guard: Guard | undefined;
  /** Follows it with spans, where somebody looks at those. */
  trace: ExecutionTrace | undefined;

  readonly #begunIn = new Map<string, Map<string, number>>();
  readonly #turnBase: number;
  #waitNames: Set<string> | undefined;

  constructor(environment: Environment, parts: ExecutionParts) {
    const { origin, journal, records, lists, head, policy, isRetold = false } = parts;
    this.environment = environment;
    this.origin = origin;
    this.policy = policy;
    this.isRetold = isRetold;
    this.journal = journal;
    this.payloads = new Payloads(journal, lists, environment.redact);
    this.keeper = new Keeper(environment, head, journal);
    this.lifetime = new Lifetime(journal.execution, {
      onRest: () => this.suspension.check(),
      onFenced: () => this.keeper.stop(),
    });
    this.history = new History(records);
    this.#turnBase = this.history.turn + 1;
    this.matcher = new Matcher(this.history, policy, environment.world, (mismatch) => this.#mismatch(mismatch));
    this.serving = new Serving(this.history, environment.world);
    this.drains = new Drains((id) => this.#drained(id));
    this.outcomes = new Outcomes(this, head.calls);
    this.overrides = new Overrides(this.history);
    this.mailbox = new Mailbox(this);
    this.suspension = new Suspension(this);
    journal.onBroken = (error) => this.lifetime.halt(error);
  }

  get id(): string {
    return this.journal.execution;
  }

  get flow(): string {
    return this.origin.flow;
  }

  get seed(): string {
    return this.origin.seed;
  }

  get execution(): this {
    return this;
  }

  open(): Promise<this> {
    return Promise.resolve(this);
  }

  emit(event: DistributiveOmit<ExecutionEvent, 'execution' | 'flow'>): void {
    const whole = { execution: this.id, flow: this.flow, ...event } as ExecutionEvent;
    this.trace?.observe(whole);
    this.environment.observe?.(whole);
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
        this.lifetime.stopped,
      ]);
    } finally {
      this.lifetime.close();
      stopNaming();
    }
  }

  /** A turn of this process, in the count of all that have run this execution. */
  turnOf(turn: number): number {
    return this.#turnBase + turn;
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

  #drained(id: string): void {
    if (this.history.claims.areOpen) {
      this.history.claims.pass(id);
      this.matcher.reconsider(id);
    }
    this.serving.advance();
    this.suspension.check();
  }

  #mismatch(mismatch: Mismatch): never {
    const { input } = mismatch.recorded;
    const error = mismatchError({
      execution: this.id,
      version: this.origin.version,
      mismatch: { ...mismatch, input: this.payloads.inFull(mismatch.input) },
      recordedInput: typeof input === 'string' ? this.payloads.inFull(input) : undefined,
    });
    this.lifetime.halt(error);
    throw error;
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
