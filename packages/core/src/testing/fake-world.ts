import { type Duration, milliseconds, pointInTime } from '../flow/duration.ts';
import { timeOrderedId, type World } from '../world/world.ts';
import { Clock, type FakeTimer } from './clock.ts';

/** Where a fake world begins. */
export interface FakeWorldOptions {
  /** What the clock shows: a date, or milliseconds since the epoch. @default 2026-01-01T00:00:00Z */
  readonly start?: Date | number;
}

/**
 * A world whose clock stands until time is advanced, and whose ids come out the same each time. It is one
 * process; `spawn` gives others, with the same clock.
 *
 * One thing it cannot fake: before an execution is parked, the engine waits for 20 real milliseconds, for code
 * between two calls may be reading a file.
 */
export interface FakeWorld extends World {
  /** How many timers are set, those of all its processes together. */
  timers(): number;
  /** Lets time pass. Timers go off one after the other, each with all that it sets in motion. */
  advance(duration: Duration): Promise<void>;
  /** Another process of the same host, with the same clock and a process id of its own. */
  spawn(): FakeWorld;
  /** Ends this process as a crash does: its timers never go off, and for the others it is not alive. */
  exit(): void;
}

/**
 * Makes a world for an engine under test.
 *
 * @example
 * const world = fakeWorld();
 * const reprise = new Reprise({ world, store: memoryDriver() });
 * // … a flow that sleeps for three days was started, and waits
 * await world.advance('3 days');
 * await reprise.recover();
 */
export function fakeWorld(options: FakeWorldOptions = {}): FakeWorld {
  const { start = Date.UTC(2026, 0, 1) } = options;
  const now = typeof start === 'number' ? start : pointInTime(start, 0, "Option 'start' of fakeWorld");
  return fakeWorldOn(new Clock(now));
}

/** A world on a clock that the caller keeps in hand. */
export function fakeWorldOn(clock: Clock): FakeWorld {
  const alive = new Set<number>();
  let count = 0;

  function spawn(): FakeWorld {
    const pid = ++count;
    let ids = 0;
    alive.add(pid);
    return {
      host: 'fake-host',
      pid,
      now: () => clock.now,
      setTimer(callback, length, { unref = false } = {}) {
        return alive.has(pid) ? clock.set(callback, length, { pid, unref }) : undefined;
      },
      clearTimer: (timer) => clock.clear(timer as FakeTimer),
      newId() {
        const number = ids++;
        return timeOrderedId(clock.now, () => Uint8Array.from([...digits(pid, 4), ...digits(number, 12)]));
      },
      isAlive: (other) => alive.has(other),
      timers: () => clock.size,
      advance: (duration) => clock.moveTo(clock.now + milliseconds(duration, 'The time to advance')),
      spawn,
      exit() {
        alive.delete(pid);
        clock.drop(pid);
      },
    };
  }

  return spawn();
}

/** A number as so many digits of base 32. */
function digits(number: number, length: number): number[] {
  return Array.from({ length }, (_, i) => Math.floor(number / 32 ** (length - 1 - i)) % 32);
}
