import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Benchmark } from '../benchmark.ts';
import { runProgram } from '../child.ts';
import { interleave } from '../interleave.ts';
import { inFolder } from '../place.ts';
import { quotients, type Spread, spreadOf } from '../spread.ts';

const CALLS = 10_000;

/** The memory of a process and the file that it leaves behind. */
export const space: Benchmark = {
  name: 'space',
  measure: () =>
    inFolder(async (folder) => {
      const files: Record<'reprise' | 'raw', string[]> = { reprise: [], raw: [] };
      const fill = (who: 'reprise' | 'raw') => async () => {
        const file = join(folder, `${who}-${files[who].length}.db`);
        files[who].push(file);
        return runProgram('fill', who, file, CALLS);
      };
      const memory = await interleave({ rounds: 3, warmUp: 0 }, { raw: fill('raw'), reprise: fill('reprise') });
      const perCall = (who: 'reprise' | 'raw') => files[who].map((file) => statSync(file).size / CALLS);
      return [
        {
          what: 'memory of a process after 10,000 calls of 2 KB, SQLite',
          unit: 'MB',
          ...compared(memory.reprise, memory.raw),
        },
        {
          what: 'bytes in the file for a call of 2 KB, SQLite',
          unit: 'bytes',
          ...compared(perCall('reprise'), perCall('raw')),
          target: { of: 'reprise', atMost: 5 * 1_024 },
        },
      ];
    }),
};

function compared(reprise: number[], raw: number[]): { reprise: Spread; raw: Spread; ratio: Spread } {
  return { reprise: spreadOf(reprise), raw: spreadOf(raw), ratio: quotients(reprise, raw) };
}
