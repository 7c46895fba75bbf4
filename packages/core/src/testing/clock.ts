/** A timer that waits for its time. */
export interface FakeTimer {
  readonly callback: () => void;
  /** Milliseconds since the epoch. */
  readonly due: number;
  /** How much time was to pass, and when it was set by the real clock. */
  readonly milliseconds: number;
  readonly setAt: number;
  /** It does not keep its process. */
  readonly unref: boolean;
  /** The process that set it. */
  readonly pid: number;
}

/** A clock that stands, and the timers that wait for it. Processes of one world share it. */
export class Clock {
  #now: number;
  readonly #timers = new Set<FakeTimer>();

  constructor(start: number) {
    this.#now = start;
  }

  get now(): number {
    return this.#now;
  }

  /** How many timers wait. */
  get size(): number {
    return this.#timers.size;
  }

  set(callback: () => void, milliseconds: number, details: { pid: number; unref: boolean }): FakeTimer {
    const length = Math.max(0, milliseconds);
    const timer = { callback, due: this.#now + length, milliseconds: length, setAt: performance.now(), ...details };
    this.#timers.add(timer);
    return timer;
  }

  clear(timer: FakeTimer): void {
    this.#timers.delete(timer);
  }

  /** Drops the timers of a process that has ended. */
  drop(pid: number): void {
    for (const timer of this.#timers) if (timer.pid === pid) this.#timers.delete(timer);
  }

  /** The timer that goes off first, of those set for the same time the one that was set first. */
  next(fits: (timer: FakeTimer) => boolean = () => true): FakeTimer | undefined {
    let first: FakeTimer | undefined;
    for (const timer of this.#timers) if (fits(timer) && (!first || timer.due < first.due)) first = timer;
    return first;
  }

  /** Moves to a timer's time, and lets it go off with all that it sets in motion. */
  async fire(timer: FakeTimer): Promise<void> {
    if (!this.#timers.delete(timer)) return;
    this.#now = Math.max(this.#now, timer.due);
    timer.callback();
    await settled();
  }

  /** Moves to a point in time, past all timers that go off until then. */
  async moveTo(time: number): Promise<void> {
    await settled();
    for (let timer = this.next(); timer && timer.due <= time; timer = this.next()) await this.fire(timer);
    this.#now = Math.max(this.#now, time);
  }
}

// A store in memory answers in microtasks, and SQLite with the next turn of the event loop.
const TURNS = 10;

/** Lets everything happen that waits neither for time nor for anything outside of the process. */
export async function settled(): Promise<void> {
  for (let i = 0; i < TURNS; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}
