import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, settled } from './clock.ts';
import type { Life } from './life.ts';

const LOOK_EVERY_MS = 2;

/**
 * Lets the clock of a process go on by itself while the process lives. Where nothing is at work, time is
 * skipped: a sleep and the pause before another attempt cost nothing. Where a body is at work, its timeout
 * goes off when its time has really passed.
 */
export async function passTime(clock: Clock, life: Life, until: AbortSignal): Promise<void> {
  while (!until.aborted && !life.isOver) {
    const timer = clock.next(({ unref }) => !unref);
    if (timer && !life.isAtWork) {
      await settled();
      const isStill = !life.isAtWork && clock.next(({ unref }) => !unref) === timer;
      if (isStill && !until.aborted) await clock.moveTo(timer.due);
      continue;
    }
    const late = clock.next(({ setAt, milliseconds }) => performance.now() - setAt >= milliseconds);
    if (late) await clock.fire(late);
    else await delay(LOOK_EVERY_MS, undefined, { signal: until }).catch(() => {});
  }
}
