import { styleText } from 'node:util';
import type { CostReport } from '../report.ts';
import { type Column, columnsOf } from './columns.ts';
import { remarksOf } from './remarks.ts';
import { pad, plain, shorten, widthOf } from './text.ts';

const GAP = '  ';
/** Names are cut down to this before a column leaves. */
const SHORT_NAME = 16;
const SHORTEST_NAME = 6;

type Style = Parameters<typeof styleText>[0];

/** A table for a terminal, and below it what the numbers do not say. */
export function toTable(
  report: CostReport,
  width: number = Number.POSITIVE_INFINITY,
  isColoured: boolean = false,
): string {
  if (report.rows.length === 0) return 'No model calls.';
  const paint = (style: Style | undefined, text: string) =>
    isColoured && style ? styleText(style, text, { validateStream: false }) : text;
  const columns = fit(columnsOf(report), width);
  const line = (cellOf: (column: Column) => string, style?: (text: string, column: Column) => string) =>
    columns
      .map(({ column, width }) => {
        const text = pad(shorten(cellOf(column), width), width, column.align);
        return style?.(text, column) ?? text;
      })
      .join(GAP)
      .trimEnd();

  const lines = [
    line(
      ({ title }) => title,
      (text) => paint('dim', text),
    ),
  ];
  for (const index of report.rows.keys()) {
    lines.push(
      line(
        ({ cells }) => cells[index] ?? '',
        (text, { title }) => paint(styleOf(title, text), text),
      ),
    );
  }
  lines.push(
    line(
      ({ total }) => total,
      (text) => paint('bold', text),
    ),
  );
  const remarks = remarksOf(report);
  if (remarks.length === 0) return lines.join('\n');
  const about = Math.max(...remarks.map(({ about }) => about.length));
  const said = remarks.map((remark) => {
    const indent = ' '.repeat(about + GAP.length);
    const text = wrap(remark.says, width - indent.length).join(`\n${indent}`);
    return `${paint('dim', remark.about.padEnd(about))}${GAP}${text}`;
  });
  return [...lines, '', ...said].join('\n');
}

function styleOf(title: string, text: string): Style | undefined {
  if (title === 'SAVED' && text.includes('$')) return 'green';
  return title === 'COST' && /[~*]|>=|un(known|priced)/.test(text) ? 'yellow' : undefined;
}

/** Gives each column its width; where there is not room for all, names get short, then columns leave. */
function fit(all: readonly Column[], width: number): { readonly column: Column; readonly width: number }[] {
  let columns = all.map((column) => {
    const natural = column.cells.reduce(
      (widest, cell) => Math.max(widest, widthOf(cell)),
      Math.max(widthOf(column.title), widthOf(column.total)),
    );
    const mayBeShort = column.align === 'left' && !column.isWhole;
    return { column, natural, width: mayBeShort ? Math.min(natural, SHORT_NAME) : natural };
  });
  const spare = () => width - columns.reduce((sum, { width }) => sum + width + GAP.length, -GAP.length);
  while (spare() < 0) {
    const next = Math.max(...columns.map(({ column }) => column.leaves ?? 0));
    if (next === 0) break;
    columns = columns.filter(({ column }) => column.leaves !== next);
  }
  for (const one of columns) {
    if (one.column.align === 'right') continue;
    one.width = Math.min(one.natural, Math.max(SHORTEST_NAME, one.width + spare()));
  }
  return columns;
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of plain(text).split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
