import type { Terminal } from '../terminal/terminal.ts';
import { pad, shorten, widthOf } from './text.ts';

/** A column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  readonly align?: 'left' | 'right';
  /** It is cut down to this width where there is not room for all; without this it is shown whole. */
  readonly shrinks?: number;
  /** What goes first where shrinking is not enough: the highest. */
  readonly leaves?: number;
  readonly paint?: (text: string, row: Row) => string;
}

const GAP = '  ';

interface Fitted<Row> {
  readonly column: Column<Row>;
  readonly width: number;
}

/** Rows under titles, in the width that there is. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], terminal: Terminal): string {
  const fitted = fit(
    columns.map((column) => ({
      column,
      width: Math.max(widthOf(column.title), ...rows.map((row) => widthOf(column.cell(row)))),
    })),
    terminal.width,
  );
  const cells = (text: (fitted: Fitted<Row>) => string) => fitted.map(text).join(GAP).trimEnd();
  const title = cells(({ column, width }) => pad(column.title, width, column.align));
  const lines = rows.map((row) =>
    cells(({ column, width }) => {
      const text = pad(shorten(column.cell(row), width), width, column.align);
      return column.paint?.(text, row) ?? text;
    }),
  );
  return [terminal.style('dim', title), ...lines].join('\n');
}

function fit<Row>(all: readonly Fitted<Row>[], width: number): readonly Fitted<Row>[] {
  const excess = all.reduce((sum, one) => sum + one.width, GAP.length * (all.length - 1)) - width;
  if (excess <= 0) return all;
  const spareOf = ({ column, width }: Fitted<Row>) => Math.max(0, width - (column.shrinks ?? width));
  if (all.reduce((sum, one) => sum + spareOf(one), 0) >= excess) {
    let rest = excess;
    return all.map((one) => {
      const cut = Math.min(rest, spareOf(one));
      rest -= cut;
      return { ...one, width: one.width - cut };
    });
  }
  const leaving = all.filter(({ column }) => column.leaves !== undefined);
  const first = leaving.sort((a, b) => (b.column.leaves ?? 0) - (a.column.leaves ?? 0))[0];
  return first
    ? fit(
        all.filter((one) => one !== first),
        width,
      )
    : all;
}
