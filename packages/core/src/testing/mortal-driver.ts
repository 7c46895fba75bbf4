import type { Driver } from '../store/driver.ts';
import type { BoundaryPoint } from './boundary.ts';
import type { Life } from './life.ts';

/** Told of each write before it is done; gives the point at which the process is to end here, if it is. */
export type OnWrite = (key: string) => BoundaryPoint | undefined;

/**
 * A process's connection to a store in memory, which is cut when the process ends: no answer gets through from
 * then on, whether it was under way or comes later. The engine of an ended process is told of a failure, so that
 * it lets go of its calls; nobody else is there to hear of it.
 */
export function mortalDriver(driver: Required<Driver>, life: Life, onWrite: OnWrite): Driver {
  async function ask<T>(work: () => Promise<T>): Promise<T> {
    checkAlive();
    const answer = await work();
    checkAlive();
    return answer;
  }

  function checkAlive(): void {
    if (life.isOver) throw new Error('the process has ended');
  }

  function write<T>(key: string, work: () => Promise<T>): Promise<T> {
    const crash = life.isOver ? undefined : onWrite(key);
    if (!crash) return ask(work);
    // The store is in memory: what is asked of it is done at once.
    if (crash.landed) void work();
    life.end();
    return ask(work);
  }

  return {
    name: driver.name,
    honest: true,
    getMany: (keys) => ask(() => driver.getMany(keys)),
    scan: (prefix, options) => ask(() => driver.scan(prefix, options)),
    keys: (prefix) => ask(() => driver.keys(prefix)),
    set: (key, value) => write(key, () => driver.set(key, value)),
    putIfAbsent: (key, value) => write(key, () => driver.putIfAbsent(key, value)),
    deleteMany: (keys) => write(keys[0] ?? '', () => driver.deleteMany(keys)),
  };
}
