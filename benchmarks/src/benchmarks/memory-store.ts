import { Reprise } from '@reprise/core';
import type { Benchmark } from '../benchmark.ts';
import { interleave } from '../interleave.ts';
import { loopOf } from '../loop.ts';
import { OBJECT_2KB, TEXT_2KB } from '../payload.ts';
import { spreadOf } from '../spread.ts';

const CALLS = 2_000;

/** The engine's own cost, with a store that costs nothing. */
export const memoryStore: Benchmark = {
  name: 'in memory',
  async measure() {
    const text = loopOf(new Reprise({ store: 'memory:' }), 'text', TEXT_2KB);
    const object = loopOf(new Reprise({ store: 'memory:' }), 'object', OBJECT_2KB);
    const times = await interleave({ rounds: 11, warmUp: 2 }, { text: () => text(CALLS), object: () => object(CALLS) });
    const perSecond = (rounds: number[]) => spreadOf(rounds.map((time) => (CALLS * 1_000) / time));
    const target = { of: 'reprise', atLeast: 15_000 } as const;
    return [
      { what: 'calls of 2 KB of text, in memory', unit: 'calls/s', reprise: perSecond(times.text), target },
      { what: 'calls of a 2 KB object, in memory', unit: 'calls/s', reprise: perSecond(times.object), target },
    ];
  },
};
