import { join } from 'node:path';
import { Reprise } from '@reprise/core';
import type { Benchmark } from '../benchmark.ts';
import { interleave, timed } from '../interleave.ts';
import { loopOf } from '../loop.ts';
import { OBJECT_2KB, TEXT_2KB } from '../payload.ts';
import { inFolder } from '../place.ts';
import { openRawSqlite } from '../raw/sqlite.ts';
import { perCall } from '../rows.ts';

const CALLS = 400;

/** One call after the other, each durable before the next begins. */
export const sequentialSqlite: Benchmark = {
  name: 'sequential on SQLite',
  measure: () =>
    inFolder(async (folder) => {
      const raw = openRawSqlite(join(folder, 'raw.db'));
      const reprise = new Reprise({ store: `sqlite:${join(folder, 'reprise.db')}` });
      const text = loopOf(reprise, 'text', TEXT_2KB);
      const object = loopOf(reprise, 'object', OBJECT_2KB);
      const stored = JSON.stringify(TEXT_2KB);
      const times = await interleave(
        { rounds: 15, warmUp: 2 },
        {
          raw: () =>
            timed(() => {
              for (let index = 0; index < CALLS; index++) raw.put(stored);
            }),
          text: () => text(CALLS),
          object: () => object(CALLS),
        },
      );
      raw.close();
      await reprise.close();
      const target = { of: 'ratio', atMost: 1.4 } as const;
      return [
        perCall('a call of 2 KB of text, SQLite', CALLS, times.text, times.raw, target),
        perCall('a call of a 2 KB object, SQLite', CALLS, times.object, times.raw, target),
      ];
    }),
};
