import { CheckpointTimeoutError } from '../errors/index.ts';
import type { AttemptsResult, RetryPolicy } from '../execution/spec.ts';
import type { Attempt } from '../journal/records.ts';
import type { World } from '../world/world.ts';

interface AttemptOptions {
  readonly name: string;
  readonly retry: RetryPolicy | undefined;
  readonly timeout: number | undefined;
  readonly world: World;
  /** Aborted when the execution is cancelled. */
  readonly signal: AbortSignal;
  /** Aborted when the execution stops: nobody waits any more, and no timer may keep the process. */
  readonly gone: AbortSignal;
  /** What is recorded of an attempt's error. */
  describe(error: unknown): NonNullable<Attempt['error']>;
  /** Asked before each further attempt: gives the error with which it must not be made. */
  refuse?(): Promise<{ readonly error: unknown } | undefined>;
  /** The execution stopped before the next attempt. */
  stopped(error: unknown): Promise<never>;
}

/** An abort is the caller's wish, not an outcome of the call. */
export function isAbort(error: unknown): boolean {
  return typeof error === 'object' && error !== null && (error as { name?: unknown }).name === 'AbortError';
}

/** Makes a call as often as its policy allows. `run` is given the attempt's number and its signal. */
export async function runAttempts<T>(
  options: AttemptOptions,
  run: (attempt: number, signal: AbortSignal) => Promise<T>,
): Promise<AttemptsResult<T>> {
  const { world, retry } = options;
  const limit = retry?.attempts ?? 1;
  const attempts: Attempt[] = [];
  for (let attempt = 1; ; attempt++) {
    const at = world.now();
    try {
      const value = await withTimeout(options, (attemptSignal) => run(attempt, attemptSignal));
      if (attempt > 1) attempts.push({ at, milliseconds: world.now() - at });
      return { attempts, outcome: { ok: true, value } };
    } catch (error) {
      attempts.push({ at, milliseconds: world.now() - at, error: options.describe(error) });
      const again = attempt < limit && !isAbort(error) && (retry?.retryOn?.(error, attempt) ?? true);
      if (!again) return { attempts: limit > 1 ? attempts : [], outcome: { ok: false, error } };
      if (!options.gone.aborted) await pause(options, pauseBefore(attempt + 1, retry ?? {}));
      if (options.gone.aborted) return options.stopped(error);
      const refusal = await options.refuse?.();
      if (refusal) return { attempts, outcome: { ok: false, error: refusal.error } };
    }
  }
}

function pauseBefore(attempt: number, policy: RetryPolicy): number {
  const { backoff = 500, factor = 2, maxBackoff = 30_000, jitter = 0.5 } = policy;
  const full = Math.min(backoff * factor ** (attempt - 2), maxBackoff);
  return full * (1 - jitter * Math.random());
}

function pause({ world, gone }: AttemptOptions, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = world.setTimer(done, milliseconds);
    gone.addEventListener('abort', done, { once: true });
    function done() {
      world.clearTimer(timer);
      gone.removeEventListener('abort', done);
      resolve();
    }
  });
}

async function withTimeout<T>(
  { name, timeout, world, signal, gone }: AttemptOptions,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (timeout === undefined) return run(signal);
  const controller = new AbortController();
  const forward = () => controller.abort(signal.reason);
  signal.addEventListener('abort', forward, { once: true });
  let timer: unknown;
  const stop = () => world.clearTimer(timer);
  const late = new Promise<never>((_, reject) => {
    timer = world.setTimer(() => {
      const error = new CheckpointTimeoutError(name, timeout);
      // First of all: a body may turn the abort into an error of its own.
      reject(error);
      controller.abort(error);
    }, timeout);
  });
  gone.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([run(controller.signal), late]);
  } finally {
    stop();
    gone.removeEventListener('abort', stop);
    signal.removeEventListener('abort', forward);
  }
}
