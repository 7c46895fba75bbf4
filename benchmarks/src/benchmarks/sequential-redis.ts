import { Reprise } from '@reprise/core';
import type { Benchmark } from '../benchmark.ts';
import { interleave, timed } from '../interleave.ts';
import { loopOf } from '../loop.ts';
import { TEXT_2KB } from '../payload.ts';
import { openRawRedis } from '../raw/redis.ts';
import { perCall } from '../rows.ts';
import { service } from '../service.ts';

const CALLS = 400;
const FLOW = 'reprise-bench';

/** One call after the other, each confirmed by Redis before the next begins. */
export const sequentialRedis: Benchmark = {
  name: 'sequential on Redis',
  async measure() {
    const { url, missing } = await service('REDIS_URL', 'redis://127.0.0.1:6379');
    if (missing) return missing;
    const raw = await openRawRedis(url);
    const reprise = new Reprise({ store: url });
    const text = loopOf(reprise, FLOW, TEXT_2KB);
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
    for (const { id } of await reprise.executions.list({ flow: FLOW })) await reprise.executions.delete(id);
    await reprise.close();
    await raw.close();
    const what = `a call of 2 KB of text, Redis (${raw.durability})`;
    return [perCall(what, CALLS, times.text, times.raw, { of: 'ratio', atMost: 1.5 })];
  },
};
