import fc from 'fast-check';
import { test } from 'vitest';

/**
 * `REPRISE_FUZZ_RUNS=100` makes a hundred times as many runs. A run that fails prints its seed and its path;
 * with these in `REPRISE_FUZZ_SEED` and `REPRISE_FUZZ_PATH`, and `-t` and the name of the test, it is run again.
 */
const { REPRISE_FUZZ_RUNS: times = '1', REPRISE_FUZZ_SEED: seed, REPRISE_FUZZ_PATH: path } = process.env;
const multiplier = Number(times);
if (!(multiplier > 0)) throw new Error(`REPRISE_FUZZ_RUNS is a number above 0, such as 100; it was '${times}'.`);

type Property = fc.IAsyncProperty<unknown> | fc.IProperty<unknown>;

/** A test that holds for every value that is made up; `runs` of these are tried where nothing else is asked for. */
export function fuzz<Values>(
  sentence: string,
  runs: number,
  property: fc.IAsyncProperty<Values> | fc.IProperty<Values>,
): void {
  const numRuns = Math.ceil(runs * multiplier);
  const again = { ...(seed === undefined ? {} : { seed: Number(seed) }), ...(path === undefined ? {} : { path }) };
  test(sentence, { timeout: 60_000 * Math.max(1, multiplier) }, async () => {
    await fc.assert(property as Property, { numRuns, ...again });
  });
}
