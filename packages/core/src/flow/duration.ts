import { UsageError } from '../errors/index.ts';

/** A length of time: milliseconds, or words such as `'30 seconds'`, `'3 days'`, `'1h'`. */
export type Duration = number | string;

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  millisecond: 1,
  s: 1_000,
  sec: 1_000,
  second: 1_000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  w: 604_800_000,
  week: 604_800_000,
};

/** A duration in milliseconds. `what` names the option in the error about one that is none. */
export function milliseconds(duration: Duration, what: string): number {
  if (typeof duration === 'number' && Number.isFinite(duration) && duration >= 0) return duration;
  if (typeof duration === 'string') {
    const [, amount, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/.exec(duration.toLowerCase()) ?? [];
    const factor = UNITS[unit] ?? UNITS[unit.replace(/s$/, '')];
    if (amount !== undefined && factor !== undefined) return Number(amount) * factor;
  }
  throw new UsageError(
    `${what} must be a number of milliseconds or words like '30 seconds', '2 hours', '3 days'; it was ${show(duration)}.`,
  );
}

/** A point in time, given as one or as a duration from now, in milliseconds since the epoch. */
export function pointInTime(when: Duration | Date, now: number, what: string): number {
  if (!(when instanceof Date)) return now + milliseconds(when, what);
  if (Number.isNaN(when.getTime())) throw new UsageError(`${what} is an invalid Date.`);
  return when.getTime();
}

/** A value for an error message, short. */
export function show(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'string') return value.length > 60 ? `'${value.slice(0, 60)}…'` : `'${value}'`;
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? 'an array' : `an object (${value.constructor?.name || 'Object'})`;
}
