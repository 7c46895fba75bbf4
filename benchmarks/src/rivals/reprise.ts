import { checkpoint, Reprise } from '@reprise/core';
import { timed } from '../interleave.ts';
import { loopOf } from '../loop.ts';
import { TEXT_2KB } from '../payload.ts';
import type { Rival } from './rival.ts';

/** Reprise, timed as its rivals are, but to the stored end of an execution, where they are timed to the flow's last call. */
export function repriseAsRival(store: string): Rival {
  const reprise = new Reprise({ store });
  const sequential = loopOf(reprise, 'sequential', TEXT_2KB);
  const together = loopOf(reprise, 'together', TEXT_2KB);
  const call = checkpoint('call', async (_index: number) => TEXT_2KB);
  let isInterrupted = true;
  const interrupted = reprise.flow('interrupted', async (calls: number) => {
    for (let index = 0; index < calls; index++) await call(index);
    if (isInterrupted) throw new Error('interrupted');
  });
  return {
    name: 'Reprise',
    sequential,
    together: (executions, calls) =>
      timed(() => Promise.all(Array.from({ length: executions }, () => together(calls)))),
    async resume(calls) {
      const id = crypto.randomUUID();
      isInterrupted = true;
      const handle = await interrupted.start(calls, { id });
      await handle.result().catch(() => {});
      isInterrupted = false;
      return timed(async () => (await interrupted.start(calls, { id })).result());
    },
    close: () => reprise.close(),
  };
}
