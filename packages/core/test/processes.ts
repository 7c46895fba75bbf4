import { type EngineOptions, type ExecutionEvent, Reprise, WaitingError } from '../src/index.ts';
import type { Driver } from '../src/store/driver.ts';
import { memoryDriver } from '../src/store/memory.ts';
import { fakeWorld } from '../src/testing/fake-world.ts';

/**
 * Processes that share a store and a clock, and can be killed: what a killed one had asked of the store or of
 * its timers never happens, and the others see that it is gone. No time passes but by `pass`.
 */
export interface Processes {
  readonly driver: Driver;
  readonly now: number;
  /** Starts one, on the machine that the others are on unless another is named. */
  start(options?: Omit<EngineOptions, 'store' | 'world'>, machine?: string): Process;
  /** Lets time pass, timer by timer. */
  pass(milliseconds: number): Promise<void>;
}

export interface Process {
  readonly reprise: Reprise;
  /** What its observer saw. */
  readonly events: readonly ExecutionEvent[];
  /** The types of the events, and the names of the calls in them; without those that only begin. */
  readonly story: readonly string[];
  kill(): void;
}

const NEVER = new Promise<never>(() => {});

export function processes(driver: Driver = memoryDriver()): Processes {
  const time = fakeWorld();
  return {
    driver,
    get now() {
      return time.now();
    },
    start(options = {}, machine = 'test') {
      const world = { ...time.spawn(), host: machine };
      const events: ExecutionEvent[] = [];
      const story: string[] = [];
      const observe = (event: ExecutionEvent) => {
        events.push(event);
        if (event.type !== 'begun') story.push('call' in event ? `${event.type} ${event.call.name}` : event.type);
        options.observe?.(event);
      };
      const store = mortal(driver, () => world.isAlive(world.pid));
      return { reprise: new Reprise({ ...options, observe, store, world }), events, story, kill: world.exit };
    },
    pass: (milliseconds) => time.advance(milliseconds),
  };
}

/** A connection that is cut when its process ends: what was asked is not answered any more. */
function mortal(driver: Driver, isAlive: () => boolean): Driver {
  const ask = async <T>(work: () => Promise<T> | undefined): Promise<T> => {
    const answer = isAlive() ? await work() : undefined;
    return isAlive() ? (answer as T) : NEVER;
  };
  return {
    name: driver.name,
    ...(driver.honest && { honest: true as const }),
    getMany: (keys) => ask(() => driver.getMany(keys)),
    set: (key, value) => ask(() => driver.set(key, value)),
    deleteMany: (keys) => ask(() => driver.deleteMany(keys)),
    ...(driver.putIfAbsent && { putIfAbsent: (key, value) => ask(() => driver.putIfAbsent?.(key, value)) }),
    ...(driver.scan && { scan: (prefix, options) => ask(() => driver.scan?.(prefix, options)) }),
    ...(driver.close && { close: () => ask(() => driver.close?.()) }),
  };
}

/** Lets everything happen that waits for no timer. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise(setImmediate);
}

/** A promise with its handles outside, for bodies that a test lets go on. */
export function gate<T = void>(): PromiseWithResolvers<T> {
  return Promise.withResolvers<T>();
}

/** A body that never ends: its process is killed meanwhile. */
export function never(): Promise<never> {
  return NEVER;
}

/** Real time: the engine parks an execution only when it has been idle for a moment. */
export function longerThanGrace(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 60));
}

/** What a promise rejects with. */
export async function failure(result: Promise<unknown>): Promise<Error> {
  const outcome = await result.then(
    (value) => ({ value }),
    (error: Error) => ({ error }),
  );
  if ('error' in outcome) return outcome.error;
  throw new Error(`it resolved with ${JSON.stringify(outcome.value)}`);
}

/** The error of a promise that rejects because its execution waits. */
export async function waiting(result: Promise<unknown>): Promise<WaitingError> {
  const error = await failure(result);
  if (WaitingError.isInstance(error)) return error;
  throw error;
}

/** The names of the waits that an execution stands at. */
export async function waitNames(result: Promise<unknown>): Promise<string[]> {
  return (await waiting(result)).waits.map(({ name }) => name);
}

/** Lets time pass, a second after the other, until a promise has settled. */
export async function inTime<T>(all: Processes, result: Promise<T>): Promise<T> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  result.then(over, over);
  for (let second = 0; second < 100 && !isOver; second++) await all.pass(1_000);
  return result;
}
