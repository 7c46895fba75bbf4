import { Reprise } from '@reprise/core';
import type { Benchmark } from '../benchmark.ts';
import { interleave, timed } from '../interleave.ts';
import { loopOf } from '../loop.ts';
import { TEXT_2KB } from '../payload.ts';
import { openRawPostgres } from '../raw/postgres.ts';
import { perCall } from '../rows.ts';
import { service } from '../service.ts';

const CALLS = 200;

/** One call after the other, each committed by PostgreSQL before the next begins. */
export const sequentialPostgres: Benchmark = {
  name: 'sequential on PostgreSQL',
  async measure() {
    const { url, missing } = await service('POSTGRES_URL', 'postgres://postgres:postgres@127.0.0.1:5432/postgres');
    if (missing) return missing;
    const raw = await openRawPostgres(url);
    const reprise = new Reprise({ store: raw.database });
    const text = loopOf(reprise, 'text', TEXT_2KB);
    const stored = JSON.stringify(TEXT_2KB);
    const times = await interleave(
      { rounds: 15, warmUp: 2 },
      {
        raw: () =>
          timed(async () => {
            for (let index = 0; index < CALLS; index++) await raw.put(stored);
          }),
        text: () => text(CALLS),
      },
    );
    await reprise.close();
    await raw.close();
    return [perCall('a call of 2 KB of text, PostgreSQL', CALLS, times.text, times.raw)];
  },
};
