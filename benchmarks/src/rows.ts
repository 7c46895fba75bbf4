import type { Row, Target } from './benchmark.ts';
import { quotients, spreadOf } from './spread.ts';

/** Milliseconds of rounds of so many calls, as microseconds a call. */
export function perCall(
  what: string,
  calls: number,
  reprise: readonly number[],
  raw: readonly number[],
  target?: Target,
): Row {
  const each = (rounds: readonly number[]) => spreadOf(rounds.map((milliseconds) => (milliseconds * 1_000) / calls));
  const row = { what, unit: 'µs', reprise: each(reprise), raw: each(raw), ratio: quotients(reprise, raw) };
  return target ? { ...row, target } : row;
}
