import fc from 'fast-check';
import { expect } from 'vitest';
import { type Life, Lives, type Seen } from '../programs/lives.ts';
import { isDeterminate, labelled, type Part, programs, show } from '../programs/program.ts';
import { wrongsOf } from '../programs/verdict.ts';
import { fuzz } from './fuzz.ts';

// Random programs that crash at random writes, with everything taking another time in each process. The oracle: each call
// is handed what its own body makes where it stands, and it all comes to what it comes to without a crash.

const crash = fc.record({ write: fc.integer({ min: 1, max: 14 }), landed: fc.boolean() });
const lives: fc.Arbitrary<Life[]> = fc.array(fc.record({ seed: fc.nat(99), crash }), { minLength: 1, maxLength: 3 });

/** Runs a program over crashes to its end. */
async function survived(part: Part, crashes: readonly Life[], last: Life): Promise<Seen[]> {
  const execution = new Lives();
  const all: Seen[] = [];
  for (const life of [...crashes, last]) {
    all.push(...(await execution.run(labelled(part), life)));
    if (all.at(-1)?.ending) break;
  }
  return all;
}

fuzz(
  'a program that crashes anywhere goes on as if nothing had happened',
  100,
  fc.asyncProperty(programs(), lives, fc.nat(99), async (part, crashes, seed) => {
    const all = await survived(part, crashes, { seed: seed + 1 });
    expect(wrongsOf(all), show(part)).toEqual([]);
    if (!isDeterminate(part)) return;
    const [actual, expected] = [all, await survived(part, [], { seed })].map((seen) => seen.at(-1)?.ending);
    // Which failure is the first one is a matter of time.
    expect(actual?.ok, show(part)).toBe(expected?.ok);
    if (actual?.ok && expected?.ok) expect(actual.value, show(part)).toBe(expected.value);
  }),
);
