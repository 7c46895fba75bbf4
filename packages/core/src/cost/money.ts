/**
 * Whole nano-dollars: 1 US dollar is 1_000_000_000. The cost of one call is a safe integer up to 9 million dollars; sums
 * are `bigint`, so that they are exact and do not depend on the order.
 */
export type NanoUsd = number;

const DIGITS = 9;
const PER_DOLLAR = 10n ** BigInt(DIGITS);

/** Dollars, given as a number or as decimal text, in nano-dollars, rounded half up; `undefined` where it is no amount. */
export function nanoFromUsd(usd: unknown): NanoUsd | undefined {
  if (typeof usd !== 'number' && typeof usd !== 'string') return undefined;
  const [, whole = '', fraction = '', exponent = '0'] =
    /^(\d*)\.?(\d*)(?:e([+-]?\d{1,3}))?$/i.exec(String(usd).trim()) ?? [];
  if (whole === '' && fraction === '') return undefined;
  // The digits, and how many of them stand before the nano-dollar's point.
  const digits = `${whole}${fraction}`;
  const end = whole.length + Number(exponent) + DIGITS;
  const kept = end <= 0 ? '0' : digits.slice(0, end).padEnd(end, '0');
  const roundsUp = end >= 0 && (digits[end] ?? '0') >= '5';
  const nano = Number(BigInt(kept || '0') + (roundsUp ? 1n : 0n));
  return Number.isSafeInteger(nano) ? nano : undefined;
}

/** Nano-dollars as decimal text of dollars, exactly: `0.020784000`. */
export function usdText(nano: bigint | NanoUsd): string {
  const value = BigInt(nano);
  const size = value < 0n ? -value : value;
  return `${value < 0n ? '-' : ''}${size / PER_DOLLAR}.${String(size % PER_DOLLAR).padStart(DIGITS, '0')}`;
}

/** Nano-dollars for people, with 2 to 6 decimals, rounded half up. What is less than can be shown is not shown as 0. */
export function formatUsd(nano: bigint | NanoUsd, decimals = 6): string {
  const value = BigInt(nano);
  const unit = 10n ** BigInt(DIGITS - decimals);
  const shown = (value + unit / 2n) / unit;
  if (value > 0n && shown === 0n) return `<$${usdText(unit).slice(0, 2 + decimals)}`;
  return `$${usdText(shown * unit).slice(0, decimals - DIGITS || undefined)}`;
}

/** How many decimals show the smallest of these amounts, from 2 to 6. */
export function decimalsFor(amounts: readonly (bigint | NanoUsd)[]): number {
  let decimals = 2;
  for (const amount of amounts) {
    const fraction = String(BigInt(amount) % PER_DOLLAR)
      .padStart(DIGITS, '0')
      .replace(/0+$/, '');
    decimals = Math.max(decimals, Math.min(fraction.length, 6));
  }
  return decimals;
}
