import { decimalsFor, formatUsd } from '../money.ts';
import type { CostReport, CostRow } from '../report.ts';

/** How amounts of a report are shown: each column with as many decimals as its smallest amount needs. */
export interface Amounts {
  cost(row: CostRow): string;
  saved(row: CostRow): string;
}

/** What there is nothing of. */
export const NOTHING = '-';

export function amountsOf({ rows, totals }: CostReport): Amounts {
  const all = [...rows, totals];
  const costs = decimalsFor(all.map(({ nanoUsd }) => nanoUsd));
  const savings = decimalsFor(all.map(({ savedNanoUsd }) => savedNanoUsd));
  return {
    cost(row) {
      const { attempts, unpriced, estimated, nanoUsd } = row;
      if (attempts === 0) return NOTHING;
      if (unpriced === attempts) return unknown(row);
      if (row.cost?.status === 'free') return 'free';
      const amount = formatUsd(nanoUsd, costs);
      if (unpriced > 0) return `>= ${amount}`;
      return estimated > 0 ? `~${amount}` : amount;
    },
    saved({ savedCalls, savedUnpriced, savedNanoUsd }) {
      if (savedCalls === 0) return NOTHING;
      if (savedUnpriced === savedCalls) return 'unknown';
      return `${savedUnpriced > 0 ? '>= ' : ''}${formatUsd(savedNanoUsd, savings)}`;
    },
  };
}

/** Of what no price is known, in a word. */
function unknown({ status, attempts, failed, possiblyPaid }: CostRow): string {
  if (status === 'in-flight') return 'in flight';
  if (possiblyPaid === attempts) return 'unknown*';
  return failed === attempts ? 'unknown' : 'unpriced';
}
