import { NotFoundError } from '@reprise/core';
import { describe, expect, test } from 'vitest';
import { KINDS, type Kind } from './kinds.ts';
import { finishedIn, Life } from './life.ts';
import { MODES, type Mode, type Said } from './modes.ts';
import { RememberedStore } from './writes.ts';

describe.each(KINDS)('%s', (_, kind) => {
  test.each(Object.entries(MODES))(
    'pays for no finished call again after a crash at any point: %s',
    async (_, mode) => {
      const store = new RememberedStore();
      const whole = new Life(kind, mode, store);
      const expected = await whole.run();
      const output = (said: Said) => comparable(said.output, kind, mode);

      const again = new Life(kind, mode, await store.after(store.writes.length));
      const told = await again.run({ retell: true });
      expect(again.paid, 'told again').toEqual([]);
      expect(output(told)).toEqual(output(expected));
      // What lies behind a thread's state is not told again.
      if (!mode.thread && !kind.isSilent) expect(told.chunks).toEqual(expected.chunks);

      for (const point of store.points) {
        const left = await store.after(point);
        const finished = await finishedIn(left).catch((error) =>
          NotFoundError.isInstance(error) ? 0 : Promise.reject(error),
        );
        const where = `after write ${point} of ${store.writes.length}, with ${finished} of ${whole.paid.length} calls finished`;
        const life = new Life(kind, mode, left, finished);
        const said = await life.run().catch((error) => expect.fail(`${where}: ${error.stack}`));
        expect(output(said), where).toEqual(output(expected));
        const { paid, held } = life;
        const afresh = kind.failsFirst && finished === 1 ? 1 : 0;
        const limit = whole.paid.length - finished + afresh;
        expect(paid.length, `${where}: paid ${paid.join(' | ')}`).toBeLessThanOrEqual(limit);
        if (!kind.drifts) expect(held, `${where}: calls that were held`).toBe(0);
      }
    },
  );
});

function comparable(output: unknown, { untracked }: Kind, { thread }: Mode): unknown {
  if (!thread || untracked === undefined) return output;
  return { ...(output as object), [untracked]: undefined };
}
