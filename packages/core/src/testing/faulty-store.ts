import type { Driver } from '../store/driver.ts';
import { realWorld, type World } from '../world/world.ts';
import { type Fault, PlannedFault, type StoreOperation } from './fault.ts';

/** A request that a faulty store was asked. */
export interface StoreRequest {
  readonly operation: StoreOperation;
  /** Of a listing, its prefix. */
  readonly keys: readonly string[];
  /** What went wrong with it; `disconnected` while the connection was lost. */
  readonly met: Fault['fault'] | 'disconnected' | undefined;
}

/** A store that goes wrong as planned. */
export interface FaultyStore extends Driver {
  /** Plans one more thing to go wrong. Of several that fit a request, the first counts. */
  plan(fault: Fault): void;
  /** Loses the connection: every request is refused until `heal()`. */
  disconnect(): void;
  /** Lets go of all that was planned, and connects again. What hangs, hangs. */
  heal(): void;
  /** Removes a key behind the engine's back. */
  lose(key: string): Promise<void>;
  /** What was asked, in order. */
  readonly requests: readonly StoreRequest[];
}

/**
 * Puts faults between an engine and a store, to see what a program makes of them.
 *
 * @example
 * const store = faultyStore(memoryDriver(), [{ fault: 'fail', on: 'write', after: 3, times: 2 }]);
 * const reprise = new Reprise({ store });
 *
 * @param world sets the timers of `delay`; the real one where it is left out
 */
export function faultyStore(driver: Driver, faults: readonly Fault[] = [], world: World = realWorld): FaultyStore {
  const requests: StoreRequest[] = [];
  let planned = faults.map((fault) => new PlannedFault(fault));
  let isConnected = true;

  /** Asks the driver, unless something goes wrong. `instead` is what the faults of writes do. */
  async function ask<T>(
    operation: StoreOperation,
    keys: readonly string[],
    work: () => Promise<T>,
    instead: { forget?: T; tear?: () => Promise<unknown> } = {},
  ): Promise<T> {
    const met = isConnected ? planned.find((one) => one.meets({ operation, keys }))?.fault : undefined;
    requests.push({ operation, keys, met: isConnected ? met?.fault : 'disconnected' });
    if (!isConnected) throw new Error('the connection is lost');
    switch (met?.fault) {
      case undefined:
        return work();
      case 'fail':
        throw new Error('the store refuses');
      case 'hang':
        return new Promise<never>(() => {});
      case 'delay':
        await new Promise<void>((resolve) => world.setTimer(resolve, met.milliseconds ?? 100));
        return work();
      case 'unsure':
        await work();
        throw new Error('the connection was lost before the answer came');
      case 'tear':
        await instead.tear?.();
        throw new Error('the connection was lost in the middle');
      case 'forget':
        return instead.forget as T;
    }
  }

  const half = (value: string): string => value.slice(0, Math.ceil(value.length / 2));
  const { putIfAbsent, scan, keys, warnings, close } = driver;
  return {
    name: driver.name,
    ...(driver.honest ? { honest: true as const } : {}),
    requests,
    plan(fault) {
      planned.push(new PlannedFault(fault));
    },
    disconnect() {
      isConnected = false;
    },
    heal() {
      planned = [];
      isConnected = true;
    },
    lose: (key) => driver.deleteMany([key]),

    getMany: (wanted) => ask('getMany', wanted, () => driver.getMany(wanted)),
    set: (key, value) => ask('set', [key], () => driver.set(key, value), { tear: () => driver.set(key, half(value)) }),
    deleteMany: (unwanted) => ask('deleteMany', unwanted, () => driver.deleteMany(unwanted)),
    ...(putIfAbsent && {
      putIfAbsent: (key, value) =>
        ask('putIfAbsent', [key], () => putIfAbsent.call(driver, key, value), {
          tear: () => putIfAbsent.call(driver, key, half(value)),
          forget: true,
        }),
    }),
    ...(scan && { scan: (prefix, options) => ask('scan', [prefix], () => scan.call(driver, prefix, options)) }),
    ...(keys && { keys: (prefix) => ask('keys', [prefix], () => keys.call(driver, prefix)) }),
    ...(warnings && { warnings: () => warnings.call(driver) }),
    ...(close && { close: () => close.call(driver) }),
  };
}
