import { usageError } from '../command/failure.ts';

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** The time that `30d` was ago, or that a date names, in milliseconds since the epoch. */
export function timeAgo(text: string, option: string, now: number): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([smhdw])$/.exec(text.trim()) ?? [];
  const factor = UNITS[unit];
  if (amount !== undefined && factor !== undefined) return now - Number(amount) * factor;
  const date = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(date)) return date;
  throw usageError(`--${option} takes a time such as 30d, 2h or 2026-11-25; it was '${text}'.`, `try --${option} 30d`);
}
