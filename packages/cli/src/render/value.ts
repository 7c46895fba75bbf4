import { inspect } from 'node:util';
import type { Terminal } from '../terminal/terminal.ts';
import { harmless, line, shorten } from './text.ts';

/** A value in full; a text as it reads. */
export function valueText(value: unknown, { hasColour, width }: Terminal): string {
  if (typeof value === 'string') return harmless(value);
  const full = { depth: null, maxArrayLength: null, maxStringLength: null } as const;
  return inspect(value, { ...full, colors: hasColour, breakLength: Math.min(width, 120), sorted: false });
}

/** A value on one line of so many columns. */
export function valueLine(value: unknown, width: number): string {
  const text =
    typeof value === 'string'
      ? JSON.stringify(value)
      : inspect(value, { depth: 4, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 200, maxArrayLength: 20 });
  return shorten(line(text), Math.min(width, 1_000));
}
