import type { Row, Target } from './benchmark.ts';
import type { Spread } from './spread.ts';

const TITLES = ['', 'Reprise', 'raw', 'ratio', 'target'];

/** The rows as a table of Markdown; with `check`, each target is followed by whether it was met. */
export function tableOf(rows: readonly Row[], check: boolean): string {
  const cells = rows.map((row) => [
    row.what,
    `${show(row.reprise)} ${row.unit}`,
    row.raw ? `${show(row.raw)} ${row.unit}` : '',
    row.ratio ? show(row.ratio) : '',
    row.target ? showTarget(row, row.target, check) : '',
  ]);
  const widths = TITLES.map((title, column) =>
    Math.max(title.length, ...cells.map((line) => line[column]?.length ?? 0)),
  );
  const line = (texts: readonly string[]) =>
    `| ${texts.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(TITLES), rule, ...cells.map(line)].join('\n');
}

/** `12.3 (11.8-14.0)`: the median, the least and the most. */
export function show({ median, least, most }: Spread): string {
  return least === most ? digits(median) : `${digits(median)} (${digits(least)}-${digits(most)})`;
}

function digits(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString('en');
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}

function showTarget({ reprise, ratio, unit }: Row, { of, atMost, atLeast }: Target, check: boolean): string {
  const limit = atMost === undefined ? `at least ${digits(atLeast ?? 0)}` : `at most ${digits(atMost)}`;
  const text = of === 'ratio' ? `${limit}x` : `${limit} ${unit}`;
  if (!check) return text;
  const { median } = (of === 'ratio' ? ratio : reprise) ?? { median: Number.NaN };
  return `${text}: ${median <= (atMost ?? median) && median >= (atLeast ?? median) ? 'met' : 'missed'}`;
}
