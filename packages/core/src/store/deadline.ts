import type { Timer, World } from '../world/world.ts';

/** A call that waits for its answer. */
interface Pending {
  slices: number;
  expire: () => void;
}

// A call expires after it has seen this many slices of the deadline go by, and not by the clock:
// after a blocked event loop or a sleeping machine, an answer that is already here is still taken.
const SLICES = 8;

/** One timer watches over all calls that are under way. */
export class Deadline {
  readonly milliseconds: number;
  readonly #world: World;
  readonly #pending = new Set<Pending>();
  #timer: Timer;

  constructor(world: World, milliseconds: number) {
    this.milliseconds = milliseconds;
    this.#world = world;
  }

  /** The value of the work, or the error that `fail` makes of what it threw, or of its being late. */
  watch<T>(work: () => Promise<T>, fail: (cause: unknown) => Error): Promise<T> {
    return new Promise((resolve, reject) => {
      const pending: Pending = {
        slices: 0,
        expire: () => reject(fail(new Error(`no answer within ${this.milliseconds} ms`))),
      };
      const failed = (cause: unknown) => {
        this.#remove(pending);
        reject(fail(cause));
      };
      try {
        work().then((value) => {
          this.#remove(pending);
          resolve(value);
        }, failed);
        this.#add(pending);
      } catch (cause) {
        failed(cause);
      }
    });
  }

  #add(pending: Pending): void {
    this.#pending.add(pending);
    if (this.#pending.size === 1) this.#arm();
  }

  #remove(pending: Pending): void {
    if (this.#pending.delete(pending) && this.#pending.size === 0) this.#world.clearTimer(this.#timer);
  }

  #arm(): void {
    this.#timer = this.#world.setTimer(() => this.#tick(), this.milliseconds / SLICES);
  }

  #tick(): void {
    for (const pending of this.#pending) {
      pending.slices += 1;
      if (pending.slices < SLICES) continue;
      this.#pending.delete(pending);
      pending.expire();
    }
    if (this.#pending.size > 0) this.#arm();
  }
}
