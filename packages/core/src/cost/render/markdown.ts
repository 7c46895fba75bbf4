import type { CostReport } from '../report.ts';
import { columnsOf } from './columns.ts';
import { remarksOf } from './remarks.ts';

/** A table in the Markdown of GitHub, and below it what the numbers do not say. */
export function toMarkdown(report: CostReport): string {
  if (report.rows.length === 0) return 'No model calls.\n';
  const columns = columnsOf(report);
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const remarks = remarksOf(report).map(({ about, says }) => `- **${escaped(about)}**: ${escaped(says)}`);
  return [
    row(columns.map(({ title }) => title)),
    row(columns.map(({ align }) => (align === 'left' ? '---' : '---:'))),
    ...report.rows.map((_, index) => row(columns.map(({ cells }) => escaped(cells[index] ?? '')))),
    row(columns.map(({ total }) => (total === '' ? '' : `**${escaped(total)}**`))),
    ...(remarks.length > 0 ? ['', ...remarks] : []),
    '',
  ].join('\n');
}

/** Names are text, and not Markdown or HTML. */
function escaped(text: string): string {
  return text
    .replace(/[\\`*_~[\]|]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
