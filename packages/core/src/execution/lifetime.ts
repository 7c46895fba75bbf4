import { CancelledError, FencedError, WaitingError } from '../errors/index.ts';
import type { Scope, Work } from '../identity/ambient.ts';
import type { Begun } from './begun.ts';
import { parked } from './parked.ts';

/** What is told how an execution fares. */
interface LifetimeHooks {
  /** A call's body has ended; maybe it was the last one. */
  onRest(): void;
  /** Another process owns the execution. */
  onFenced(): void;
}

/** Whether an execution goes on in this process: what is being done for it, and what has stopped it. */
export class Lifetime {
  readonly #execution: string;
  readonly #hooks: LifetimeHooks;
  readonly #running = new Set<Work>();
  readonly #abort = new AbortController();
  readonly #gone = new AbortController();
  readonly #stopped = Promise.withResolvers<never>();
  #stopReason: Error | undefined;
  #closed = false;
  #quiet: (() => void) | undefined;

  constructor(execution: string, hooks: LifetimeHooks) {
    this.#execution = execution;
    this.#hooks = hooks;
    this.#stopped.promise.catch(() => {});
  }

  /** Aborted when the execution is cancelled. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Aborted when the execution stops, for whatever reason: timers need not be kept any longer. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Rejects when the execution stops before its end. */
  get stopped(): Promise<never> {
    return this.#stopped.promise;
  }

  /** Why it stopped before its end: parked, cancelled, taken over, diverged, or the store is away. */
  get stopReason(): Error | undefined {
    return this.#stopReason;
  }

  /** The program has ended, or has been stopped. */
  get isOver(): boolean {
    return this.#closed || this.#stopReason !== undefined;
  }

  /** The calls that are being made here. */
  get running(): Iterable<Work> {
    return this.#running;
  }

  /** No body runs any more, and nothing is being stored. */
  get isQuiet(): boolean {
    return this.#running.size === 0;
  }

  /** The program has ended. */
  close(): void {
    this.#closed = true;
  }

  /** Ends the execution from within: the outer promise rejects, and no call goes on. */
  halt(error: Error): void {
    if (this.#stopReason) return;
    this.#stopReason = error;
    if (FencedError.isInstance(error)) this.#hooks.onFenced();
    // Whatever else stops it, what still runs was paid for, and its outcome is recorded.
    if (CancelledError.isInstance(error) || FencedError.isInstance(error)) this.#abort.abort(error);
    if (WaitingError.isInstance(error)) this.#running.clear();
    this.#stopped.reject(error);
    this.#gone.abort();
    this.#quietIfIdle();
  }

  cancel(reason?: string): void {
    this.halt(new CancelledError(this.#execution, reason));
  }

  /** Resolves when no body runs any more whose outcome could still be recorded. */
  quiet(): Promise<void> {
    return new Promise((resolve) => {
      this.#quiet = resolve;
      this.#quietIfIdle();
    });
  }

  /** Does a call's work. While it goes on the execution is not parked, unless all that is left of it is to wait. */
  async doing<T>({ work }: Begun, run: () => Promise<T>): Promise<T> {
    this.#running.add(work);
    try {
      return await run();
    } finally {
      this.#running.delete(work);
      this.#hooks.onRest();
      this.#quietIfIdle();
    }
  }

  /** Rejects or parks a call that comes after the end. */
  whileOpen(scope: Scope): Promise<never> | undefined {
    if (!this.isOver) return undefined;
    if (CancelledError.isInstance(this.#stopReason)) return Promise.reject(this.#stopReason);
    return this.parkIn(scope);
  }

  /** Parks a call. The bodies around it will never end, and need not be waited for. */
  parkIn(scope: Scope): Promise<never> {
    for (let call = scope.call; call; call = call.parent) this.#running.delete(call.work);
    this.#quietIfIdle();
    return parked();
  }

  /** Parks a call that had begun. */
  parkCall({ work, scope }: Begun): Promise<never> {
    this.#running.delete(work);
    return this.parkIn(scope);
  }

  /** Stops the execution with an error that the program must not see. */
  fail(error: Error, begun: Begun): Promise<never> {
    this.halt(error);
    return this.parkCall(begun);
  }

  // Between a body's end and the record of its outcome lie only microtasks.
  #quietIfIdle(): void {
    if (!this.#quiet) return;
    queueMicrotask(() => process.nextTick(() => this.isQuiet && this.#quiet?.()));
  }
}
