import type { CostGroup, CostReport, CostRow } from '../report.ts';
import { amountsOf, NOTHING } from './amounts.ts';
import { counted, duration, plain } from './text.ts';

/** A column of what people read. */
export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** What goes first where there is not room for all: the highest. Without one it stays. */
  readonly leaves?: number;
  readonly cells: readonly string[];
  /** In the row of the totals. */
  readonly total: string;
}

const TITLES: Readonly<Record<CostGroup, string>> = {
  call: 'CALL',
  execution: 'EXECUTION',
  flow: 'FLOW',
  model: 'MODEL',
  day: 'DAY (UTC)',
};

export function columnsOf(report: CostReport): Column[] {
  const { by, rows, totals } = report;
  const amounts = amountsOf(report);
  const columns: Column[] = [{ ...names(rows, TITLES[by], ({ name }) => name), total: 'TOTAL' }];
  if (by === 'call') {
    const isAboutSeveral = new Set(rows.map(({ execution }) => execution)).size > 1;
    if (isAboutSeveral) columns.push({ ...names(rows, 'EXECUTION', ({ execution }) => execution), leaves: 2 });
    const total = counted(totals.attempts, 'call');
    columns.push({ ...names(rows, 'MODEL', ({ model }) => model), total, leaves: 1 });
  } else add('CALLS', undefined, ({ attempts }) => tokens(attempts));
  add('INPUT', 3, (row) => (isUsed(row) ? tokens(row.usage.inputTokens) : NOTHING));
  add('CACHED', 5, ({ usage }) => tokens(usage.cacheReadInputTokens));
  add('OUTPUT', 3, (row) => (isUsed(row) ? tokens(row.usage.outputTokens) : NOTHING));
  add('REASONING', 6, ({ usage }) => tokens(usage.reasoningOutputTokens));
  add('COST', undefined, amounts.cost);
  add('SAVED', undefined, amounts.saved);
  add('TIME', 4, timeOf);
  return columns;

  function add(title: string, leaves: number | undefined, cell: (row: CostRow) => string): void {
    const place = leaves === undefined ? {} : { leaves };
    columns.push({ title, align: 'right', ...place, cells: rows.map(cell), total: cell(totals) });
  }
}

function names(
  rows: readonly CostRow[],
  title: string,
  name: (row: CostRow) => string | undefined,
): Column & { readonly align: 'left' } {
  return { title, align: 'left', cells: rows.map((row) => plain(name(row) ?? '') || NOTHING), total: '' };
}

function tokens(count: number | undefined): string {
  return count === undefined ? NOTHING : count.toLocaleString('en-US');
}

/** Tokens that nobody told of are not 0. */
function isUsed({ usage }: CostRow): boolean {
  return usage.inputTokens + usage.outputTokens > 0;
}

function timeOf({ attempts, possiblyPaid, status, milliseconds }: CostRow): string {
  return attempts === possiblyPaid || status === 'in-flight' ? NOTHING : duration(milliseconds);
}
