import { usdText } from '../money.ts';
import type { CostRow } from '../report.ts';

/** Amounts of a row for programs: exact, and missing where nothing is known, which is not 0. */
export interface ExactAmounts {
  readonly nanoUsd: bigint | undefined;
  readonly savedNanoUsd: bigint | undefined;
  readonly resumedNanoUsd: bigint | undefined;
}

export function exactAmounts(row: CostRow): ExactAmounts {
  const { attempts, unpriced, savedCalls, savedUnpriced, resumedCalls, resumedUnpriced } = row;
  return {
    nanoUsd: attempts > 0 && unpriced === attempts ? undefined : row.nanoUsd,
    savedNanoUsd: savedCalls > 0 && savedUnpriced === savedCalls ? undefined : row.savedNanoUsd,
    resumedNanoUsd: resumedCalls > 0 && resumedUnpriced === resumedCalls ? undefined : row.resumedNanoUsd,
  };
}

/** Dollars as decimal text with nine digits, which is exact. */
export function exactUsd(nanoUsd: bigint | undefined): string | undefined {
  return nanoUsd === undefined ? undefined : usdText(nanoUsd);
}
