import { realWorld, type World } from '../../src/world/world.ts';

interface Waiting {
  callback: () => void;
  due: number;
}

/** A world whose timers fire when the test says so. */
export interface ManualWorld extends World {
  /** How many timers are set. */
  readonly timers: number;
  /** Lets time pass. */
  pass(milliseconds: number): Promise<void>;
  /** Lets the process stand still: what fell due meanwhile fires once, at the end. */
  standStill(milliseconds: number): void;
}

export function manualWorld(): ManualWorld {
  const waiting = new Set<Waiting>();
  let now = 0;
  return {
    ...realWorld,
    now: () => now,
    setTimer(callback, milliseconds) {
      const timer = { callback, due: now + milliseconds };
      waiting.add(timer);
      return timer;
    },
    clearTimer: (timer) => void waiting.delete(timer as Waiting),
    get timers() {
      return waiting.size;
    },
    async pass(milliseconds) {
      const end = now + milliseconds;
      for (;;) {
        const next = [...waiting].sort((a, b) => a.due - b.due)[0];
        if (next === undefined || next.due > end) break;
        now = next.due;
        waiting.delete(next);
        next.callback();
      }
      now = end;
      await new Promise(setImmediate);
    },
    standStill(milliseconds) {
      now += milliseconds;
      for (const timer of [...waiting].filter(({ due }) => due <= now)) {
        waiting.delete(timer);
        timer.callback();
      }
    },
  };
}
