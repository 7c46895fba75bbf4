import fc from 'fast-check';

/**
 * Checks a property with so many random cases, or `REPRISE_FUZZ_RUNS` times as many. What fails is made as small as it gets,
 * and told with its seed and path: `REPRISE_FUZZ_SEED` and `REPRISE_FUZZ_PATH` repeat it.
 */
export async function fuzz<Case extends [unknown, ...unknown[]]>(
  property: fc.IAsyncPropertyWithHooks<Case>,
  cases: number,
): Promise<void> {
  const { REPRISE_FUZZ_RUNS = '1', REPRISE_FUZZ_SEED: seed, REPRISE_FUZZ_PATH: path } = process.env;
  await fc.assert(property, {
    numRuns: Math.ceil(cases * Number(REPRISE_FUZZ_RUNS)),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    ...(path === undefined ? {} : { path }),
  });
}
