import { join } from 'node:path';
import type { Benchmark, Row } from '../benchmark.ts';
import { runProgram } from '../child.ts';
import { interleave } from '../interleave.ts';
import { Interrupted, resume } from '../interrupted.ts';
import { TEXT_2KB } from '../payload.ts';
import { inFolder } from '../place.ts';
import { openRawSqlite, readAndParse } from '../raw/sqlite.ts';
import { quotients, spreadOf } from '../spread.ts';

const SIZES = [
  { calls: 1_000, atMost: 20 },
  { calls: 10_000, atMost: 120 },
];

/** Going on where an execution had stopped, beside reading and parsing the same values by hand. */
export const resumption: Benchmark = {
  name: 'resume',
  measure: () =>
    inFolder(async (folder) => {
      const rows: Row[] = [];
      for (const { calls, atMost } of SIZES) rows.push(...(await measureSize(folder, calls, atMost)));
      return rows;
    }),
};

async function measureSize(folder: string, calls: number, atMost: number): Promise<Row[]> {
  const interrupted = await Interrupted.create(folder, calls);
  const file = join(folder, `raw-${calls}.db`);
  const raw = openRawSqlite(file);
  for (let index = 0; index < calls; index++) raw.put(JSON.stringify(TEXT_2KB));
  raw.close();

  const times = await interleave(
    { rounds: 9, warmUp: 2 },
    {
      raw: async () => readAndParse(file),
      reprise: () => resume(interrupted.copy(), calls),
      rawInNewProcess: async () => runProgram('read', file),
      inNewProcess: async () => runProgram('resume', interrupted.copy(), calls),
    },
  );
  const row = (what: string, reprise: number[], byHand: number[]): Row => ({
    what: `resuming ${calls.toLocaleString('en')} finished calls, SQLite${what}`,
    unit: 'ms',
    reprise: spreadOf(reprise),
    raw: spreadOf(byHand),
    ratio: quotients(reprise, byHand),
    target: { of: 'reprise', atMost },
  });
  return [
    row('', times.reprise, times.raw),
    row(', first thing in a new process', times.inNewProcess, times.rawInNewProcess),
  ];
}
