import { toCsv } from '../cost/render/csv.ts';
import { toJson } from '../cost/render/json.ts';
import { toMarkdown } from '../cost/render/markdown.ts';
import { toTable } from '../cost/render/table.ts';
import type { CostReport } from '../cost/report.ts';
import { checkOptions, isFlag, oneOf, wholeFrom } from '../flow/options.ts';

/** `table` is for a terminal, `csv` and `json` are for programs and exact to the nano-dollar. */
export type CostFormat = 'table' | 'markdown' | 'csv' | 'json';

export interface RenderCostsOptions {
  /** @default 'table' */
  readonly format?: CostFormat;
  /** How many columns of the terminal a table may take, at least 40; what does not fit is left out. @default all */
  readonly width?: number;
  /** Whether a table has colours. @default false */
  readonly colour?: boolean;
}

const NARROWEST = 40;
const CHECKS = {
  format: oneOf('table', 'markdown', 'csv', 'json'),
  width: wholeFrom(NARROWEST),
  colour: isFlag,
};

/**
 * Makes text of a report.
 *
 * @example
 * console.log(renderCosts(await costs.report({ execution: id })));
 */
export function renderCosts(report: CostReport, options: RenderCostsOptions = {}): string {
  checkOptions(options, 'renderCosts', CHECKS);
  switch (options.format ?? 'table') {
    case 'table':
      return toTable(report, options.width, options.colour);
    case 'markdown':
      return toMarkdown(report);
    case 'csv':
      return toCsv(report);
    case 'json':
      return toJson(report);
  }
}
