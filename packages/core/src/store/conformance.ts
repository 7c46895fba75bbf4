import { CONDITIONAL_WRITES } from './conformance/conditional-writes.ts';
import { LISTINGS } from './conformance/listings.ts';
import { inPlace } from './conformance/place.ts';
import { VALUES } from './conformance/values.ts';
import type { Driver } from './driver.ts';

/** One promise that a store keeps. */
export interface ConformanceCase {
  /** A sentence about what a store does. */
  readonly name: string;
  /** Rejects if the store does not do it. */
  run(): Promise<void>;
}

/**
 * What every store promises, for any test runner:
 * `for (const { name, run } of storeConformance(open)) it(name, run);`
 *
 * A capability that the driver lacks is passed over.
 *
 * @param open opens one more connection to the store under test
 */
export function storeConformance(open: () => Promise<Driver>): ConformanceCase[] {
  return Object.entries({ ...VALUES, ...CONDITIONAL_WRITES, ...LISTINGS }).map(([name, test]) => ({
    name,
    run: () => inPlace(open, test),
  }));
}
