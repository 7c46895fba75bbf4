import { join } from 'node:path';
import { checkpoint, Reprise } from '@reprise/core';
import type { Benchmark } from '../benchmark.ts';
import { interleave, timed } from '../interleave.ts';
import { TEXT_2KB } from '../payload.ts';
import { inFolder } from '../place.ts';
import { openRawSqlite } from '../raw/sqlite.ts';
import { quotients, spreadOf } from '../spread.ts';

const EXECUTIONS = 100;
const CALLS = 20;

/** Many executions in one process: the writes of all that are ready share a commit. */
export const manyAtOnce: Benchmark = {
  name: 'many at once',
  measure: () =>
    inFolder(async (folder) => {
      const raw = openRawSqlite(join(folder, 'raw.db'));
      const reprise = new Reprise({ store: `sqlite:${join(folder, 'reprise.db')}` });
      const call = checkpoint('call', async (_index: number) => TEXT_2KB);
      const flow = reprise.flow('flow', async (_execution: number) => {
        for (let index = 0; index < CALLS; index++) await call(index);
      });
      const stored = JSON.stringify(TEXT_2KB);
      const times = await interleave(
        { rounds: 11, warmUp: 2 },
        {
          raw: () =>
            timed(() => {
              for (let index = 0; index < EXECUTIONS * CALLS; index++) raw.put(stored);
            }),
          reprise: () =>
            timed(() => Promise.all(Array.from({ length: EXECUTIONS }, (_, execution) => flow(execution)))),
        },
      );
      raw.close();
      await reprise.close();
      const perSecond = (rounds: number[]) => spreadOf(rounds.map((time) => (EXECUTIONS * CALLS * 1_000) / time));
      return [
        {
          what: `${EXECUTIONS} executions of ${CALLS} calls at once, SQLite (how many times as many)`,
          unit: 'calls/s',
          reprise: perSecond(times.reprise),
          raw: perSecond(times.raw),
          ratio: quotients(times.raw, times.reprise),
          target: { of: 'ratio', atLeast: 5 },
        },
      ];
    }),
};
