import { type Driver, memoryDriver } from '@reprise/core/store';

interface Write {
  readonly key: string;
  do(driver: Required<Driver>): Promise<unknown>;
}

/** A store in memory that remembers its writes, so that it can be had once more as it stood after any of them. */
export class RememberedStore {
  readonly writes: Write[] = [];
  readonly #driver = memoryDriver();
  readonly driver: Driver = {
    ...this.#driver,
    set: (key, value) => this.#write(key, (driver) => driver.set(key, value)),
    putIfAbsent: (key, value) => this.#write(key, (driver) => driver.putIfAbsent(key, value)),
    deleteMany: (keys) => this.#write(keys[0] ?? '', (driver) => driver.deleteMany(keys)),
  };

  /**
   * After how many writes a process can end: after each of an execution, and before it, when a thread's state may be
   * further than the execution is. What a saver leaves that dies amid its own writes is for its own tests.
   */
  get points(): number[] {
    const own = this.writes.flatMap(({ key }, at) => (!key.startsWith('reprise/lg/') ? [at, at + 1] : []));
    return [...new Set([...own, this.writes.length])].filter((count) => count > 0);
  }

  /** What a process would find that begins after so many writes. */
  async after(count: number): Promise<RememberedStore> {
    const copy = new RememberedStore();
    for (const write of this.writes.slice(0, count)) await write.do(copy.#driver);
    return copy;
  }

  #write<T>(key: string, write: (driver: Required<Driver>) => Promise<T>): Promise<T> {
    this.writes.push({ key, do: write });
    return write(this.#driver);
  }
}
