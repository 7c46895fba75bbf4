import { join } from 'node:path';
import { checkpoint, Reprise } from '@reprise/core';
import type { Benchmark, Row } from '../benchmark.ts';
import { TEXT_2KB } from '../payload.ts';
import { inFolder } from '../place.ts';
import { quotients, spreadOf } from '../spread.ts';

const ROUNDS = 15;
const AROUND = 8;
const EARLY = 10;
const LATE = 1_000;

/** Whether a call costs more when many have gone before it. */
export const growth: Benchmark = {
  name: 'growth',
  measure: () =>
    inFolder(async (folder) => [
      await compare('SQLite', `sqlite:${join(folder, 'growth.db')}`),
      await compare('in memory', 'memory:'),
    ]),
};

async function compare(where: string, store: string): Promise<Row> {
  const reprise = new Reprise({ store });
  const call = checkpoint('call', async (_index: number) => TEXT_2KB);
  const flow = reprise.flow('flow', async () => {
    const ends: number[] = [];
    for (let index = 0; index <= LATE + AROUND; index++) {
      await call(index);
      ends.push(performance.now());
    }
    return { early: around(ends, EARLY), late: around(ends, LATE) };
  });
  const early: number[] = [];
  const late: number[] = [];
  for (let round = -2; round < ROUNDS; round++) {
    const times = await flow();
    if (round < 0) continue;
    early.push(times.early);
    late.push(times.late);
  }
  await reprise.close();
  return {
    what: `call 1,000 to call 10 (raw), ${where}`,
    unit: 'µs',
    reprise: spreadOf(late),
    raw: spreadOf(early),
    ratio: quotients(late, early),
    target: { of: 'ratio', atMost: 1.1 },
  };
}

/** Microseconds a call, of those around this one: one call alone says little. */
function around(ends: readonly number[], call: number): number {
  const [first, last] = [call - AROUND, call + AROUND];
  return (((ends[last] as number) - (ends[first] as number)) * 1_000) / (last - first);
}
