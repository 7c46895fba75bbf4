import { NotFoundError } from '@reprise/core';
import { afterAll, describe, expect, test } from 'vitest';
import { KINDS, SILENT, UNTRACKED } from './kinds.ts';
import { finishedIn, Life } from './life.ts';
import { MODES, type Said } from './modes.ts';
import { RememberedStore } from './writes.ts';

const counts = { agents: 0, crashes: 0, held: 0 };
afterAll(() => console.log(counts));

describe.each(Object.entries(KINDS))('%s', (name, kind) => {
  test.each(Object.entries(MODES))(
    'pays for no finished call again after a crash at any point: %s',
    async (_, mode) => {
      const store = new RememberedStore();
      const whole = new Life(kind, mode, store);
      const expected = await whole.run();
      counts.agents++;

      const again = new Life(kind, mode, await store.after(store.writes.length));
      const told = await again.run({ retell: true });
      expect(again.paid, 'told again').toEqual([]);
      const outputOf = ({ output }: Said) => (mode.thread ? tracked(output) : output);
      expect(outputOf(told)).toEqual(outputOf(expected));
      // What lies behind a thread's state is not told again.
      if (!mode.thread && !SILENT.has(name)) expect(told.chunks).toEqual(expected.chunks);

      for (const point of store.points) {
        const left = await store.after(point);
        const finished = await finishedIn(left).catch((error) =>
          NotFoundError.isInstance(error) ? 0 : Promise.reject(error),
        );
        const where = `after write ${point} of ${store.writes.length}, with ${finished} of ${whole.paid.length} calls finished`;
        const life = new Life(kind, mode, left, finished);
        const said = await life.run().catch((error) => expect.fail(`${where}: ${error.stack}`));
        expect(outputOf(said), where).toEqual(outputOf(expected));
        expect(life.paid.length, `${where}: paid ${life.paid.join(' | ')}`).toBeLessThanOrEqual(
          whole.paid.length - finished,
        );
        counts.crashes++;
        counts.held += life.held;
        if (life.held) console.log('HELD', name, where);
      }
    },
  );
});

function tracked(output: unknown): unknown {
  if (typeof output !== 'object' || output === null) return output;
  return Object.fromEntries(Object.entries(output).filter(([key]) => !UNTRACKED.includes(key)));
}
