import { runAttempts } from '../calls/attempts.ts';
import { UsageError } from '../errors/index.ts';
import { summary } from '../execution/error-text.ts';
import { ambient } from '../execution/execution.ts';
import type { CallContext, CallSpec, StreamSpec } from '../execution/spec.ts';
import { realWorld } from '../world/world.ts';

/** Whether the running code is left alone, as `REPRISE=off` wants it. What was begun before goes on as it was begun. */
export function isOff(): boolean {
  return ambient.getStore() === undefined && isSwitchedOff();
}

// Read each time: a test sets it when the modules are loaded already.
function isSwitchedOff(): boolean {
  const word = process.env.REPRISE;
  if (!word || word === 'on') return false;
  if (word === 'off') return true;
  throw new UsageError(`REPRISE is 'on' or 'off'; it was '${word}'. Unset it to have Reprise on.`);
}

/** Refuses what cannot be done without a journal. `so` says what that means here. */
export function refuseWhenOff(so: string): void {
  if (isOff()) refuse(so);
}

export function refuse(so: string): never {
  throw new UsageError(`REPRISE=off is set, so ${so}. Unset REPRISE, or set it to on.`);
}

/** A call that is only made. Retries and timeouts are what the program counts on, and need no journal. */
export async function plainCall<T>(spec: Pick<CallSpec<T>, 'name' | 'retry' | 'timeout' | 'run'>): Promise<T> {
  const context = plainContext();
  const { signal } = context;
  const { outcome } = await runAttempts<T>(
    {
      retry: undefined,
      timeout: undefined,
      ...spec,
      world: realWorld,
      signal,
      gone: signal,
      describe: summary,
      stopped: (error) => Promise.reject(error),
    },
    async (attempt, limited) => spec.run({ ...context, attempt, signal: limited }),
  );
  if (!outcome.ok) throw outcome.error;
  return outcome.value;
}

/**
 * A stream that is only passed on. Like a recorded one it begins at once, and each reader gets all of it; but it is read
 * no further than they read, and ends with a reader who leaves.
 */
export function plainStream<Chunk>({ run }: StreamSpec<Chunk>): AsyncIterable<Chunk> {
  const begin = async () => (await run(plainContext()))[Symbol.asyncIterator]();
  const source = begin();
  const results: Promise<IteratorResult<Chunk>>[] = [];
  const result = (n: number) => {
    results[n] ??= source.then((chunks) => chunks.next());
    return results[n];
  };
  // Nobody need read it.
  result(0).catch(() => {});
  const leave = async (): Promise<IteratorResult<Chunk>> => {
    await (await source).return?.();
    return { done: true, value: undefined };
  };
  return {
    [Symbol.asyncIterator]() {
      let n = 0;
      return { next: () => result(n++), return: leave };
    },
  };
}

// Ids of its own each time: nothing that is kept under one of them may be taken for another call's.
function plainContext(): CallContext {
  const id = realWorld.newId();
  return { id, signal: new AbortController().signal, idempotencyKey: id, attempt: 1 };
}

/** Resolves at that time, in this process. */
export async function plainSleep(until: number): Promise<void> {
  for (let left = until - Date.now(); left > 0; left = until - Date.now()) {
    await new Promise<void>((resolve) => realWorld.setTimer(resolve, left));
  }
}
