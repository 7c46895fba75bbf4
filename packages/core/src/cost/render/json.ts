import type { CostReport, CostRow } from '../report.ts';
import { exactAmounts, exactUsd } from './exact.ts';

/** A row as JSON. Amounts are text, because they may be larger than a number is exact. */
export interface CostRowJson extends Omit<CostRow, 'nanoUsd' | 'savedNanoUsd' | 'resumedNanoUsd'> {
  /** In nano-dollars. `null` where no attempt has a known price; where some have none, the least that it may have been. */
  readonly nanoUsd: string | null;
  /** The same in dollars, with nine decimals. */
  readonly usd: string | null;
  /** `null` where nothing that was served has a known price; where some have none, the least that was saved. */
  readonly savedNanoUsd: string | null;
  readonly savedUsd: string | null;
  /** Like what was saved. */
  readonly resumedNanoUsd: string | null;
  readonly resumedUsd: string | null;
}

/** A report as JSON. What is there stays as long as `schema` does; there may come more. */
export interface CostReportJson extends Omit<CostReport, 'rows' | 'totals'> {
  readonly rows: readonly CostRowJson[];
  readonly totals: CostRowJson;
}

export function toJson(report: CostReport): string {
  const { schema, by, rows, totals, hints } = report;
  const json: CostReportJson = { schema, by, rows: rows.map(rowToJson), totals: rowToJson(totals), hints };
  return `${JSON.stringify(json, undefined, 2)}\n`;
}

function rowToJson(row: CostRow): CostRowJson {
  const { nanoUsd, savedNanoUsd, resumedNanoUsd } = exactAmounts(row);
  return {
    ...row,
    nanoUsd: nanoUsd?.toString() ?? null,
    usd: exactUsd(nanoUsd) ?? null,
    savedNanoUsd: savedNanoUsd?.toString() ?? null,
    savedUsd: exactUsd(savedNanoUsd) ?? null,
    resumedNanoUsd: resumedNanoUsd?.toString() ?? null,
    resumedUsd: exactUsd(resumedNanoUsd) ?? null,
  };
}
