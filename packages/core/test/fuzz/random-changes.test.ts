import fc from 'fast-check';
import { expect } from 'vitest';
import { DivergenceError, type FlowOptions } from '../../src/index.ts';
import { edited, edits } from '../programs/edits.ts';
import { type Life, Lives, type Seen } from '../programs/lives.ts';
import { labelled, programs, show } from '../programs/program.ts';
import { wrongsOf } from '../programs/verdict.ts';
import { fuzz } from './fuzz.ts';

// Random programs that are changed between a crash and the next start. Whatever the rules make of it, no call is handed
// what another call made, or what was made of another input without a word of a drift.

const POLICIES: FlowOptions[] = (['reuse', 'rerun', 'error', undefined] as const).flatMap((onDrift) =>
  (['error', 'rerun'] as const).map((onDivergence) => ({ ...(onDrift ? { onDrift } : {}), onDivergence })),
);

const lives: fc.Arbitrary<Life> = fc.record({
  seed: fc.nat(99),
  crash: fc.record({ write: fc.integer({ min: 2, max: 14 }), landed: fc.boolean() }),
});

/** The calls that were handed what is not theirs. */
function strangersIn(all: readonly Seen[], { onDrift }: FlowOptions): string[] {
  const strangers: string[] = [];
  for (const { handed, drifts } of all) {
    let drifted = 0;
    for (const { call, from, outcome, ok, hasInside } of handed) {
      // The failure may be one of a call inside.
      if (!ok && hasInside) continue;
      const isNamesake = from?.name === call.name;
      if (isNamesake && from.input === call.input) continue;
      // A child goes on with the input that it was started with.
      if (isNamesake && onDrift === 'reuse' && (++drifted <= drifts || call.name.startsWith('flow'))) continue;
      strangers.push(`${call.name}(${call.input}) at ${call.at} got ${outcome}`);
    }
  }
  return strangers;
}

const plans = fc.tuple(lives, fc.constantFrom(...POLICIES), fc.option(lives, { nil: undefined }));
const fresh = programs({ depth: 1, without: ['wait', 'late'] });

fuzz(
  'a program that is changed gets nothing that is not its own, and goes on when it is mended',
  100,
  fc.asyncProperty(programs({ depth: 2 }), edits(fresh), plans, async (part, edit, [first, policy, second]) => {
    const program = labelled(part);
    const { what, program: changed } = edited(program, edit);
    const about = `${show(program)}\n${what}:\n${show(changed)}\n${JSON.stringify(policy)}`;

    const execution = new Lives();
    const before = await execution.run(program, first);
    if (before.at(-1)?.ending) return;
    const during = await execution.run(changed, second ?? { seed: first.seed + 3 }, policy);
    expect(strangersIn(during, policy), about).toEqual([]);

    const ending = during.at(-1)?.ending;
    const error = ending?.ok === false ? ending.error : undefined;
    const mismatch = DivergenceError.isInstance(error) ? error.message : undefined;
    if (policy.onDivergence === 'rerun' && policy.onDrift !== 'error' && policy.onDrift) {
      expect(mismatch, about).toBe(undefined);
    }
    if (ending && mismatch === undefined) return;

    const known = before.at(-1)?.recorded ?? new Set();
    const hasRecorded = during.at(-1)?.recorded.size !== known.size;
    const bodies = during.flatMap((seen) => seen.bodies);
    if (mismatch !== undefined && !hasRecorded && policy.onDivergence === 'error') {
      // But for one that could not be told from a call that was there.
      const added = bodies.filter(({ label, id }) => label.startsWith('added') && !known.has(id));
      expect(added, `${about}\n${mismatch}`).toEqual([]);
    }

    const after = await execution.run(program, { seed: first.seed + 5 });
    // Where changed code has run, its calls are recorded, and the mended program may come upon them.
    if (hasRecorded || bodies.length > 0) expect(strangersIn(after, {}), `${about}\nmended`).toEqual([]);
    else expect(wrongsOf([...before, ...after]), `${about}\nmended`).toEqual([]);
  }),
);
