/** Something that took time, in milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * An axis without the time in which nothing was done: a wait of three days must not flatten four seconds of work.
 * Gives the place of a moment, from 0 to 1.
 */
export function workAxis(spans: readonly Span[]): (at: number) => number {
  const busy: { from: number; to: number }[] = [];
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = busy.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else busy.push({ from, to });
  }
  const total = busy.reduce((sum, { from, to }) => sum + (to - from), 0);
  return (at) => {
    const before = busy.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(at, to) - from), 0);
    return total === 0 ? 0 : before / total;
  };
}

/** A bar for a span, on so many columns. */
export function bar({ from, to }: Span, axis: (at: number) => number, width: number): string {
  const start = Math.min(width - 1, Math.floor(axis(from) * width));
  const end = Math.max(start + 1, Math.round(axis(to) * width));
  return ' '.repeat(start) + '█'.repeat(end - start) + ' '.repeat(width - end);
}
