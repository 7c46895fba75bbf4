import { expect, test } from 'vitest';
import { decimalsFor, formatUsd, nanoFromUsd, usdText } from '../../src/cost/money.ts';

test('dollars are read from their decimal text', () => {
  const cases: [unknown, number | undefined][] = [
    [0, 0],
    [1, 1_000_000_000],
    ['0.0004505', 450_500],
    [1.5e-7, 150],
    ['1e-9', 1],
    ['0.0000000005', 1],
    ['0.00000000049', 0],
    ['.5', 500_000_000],
    ['12.3456789015', 12_345_678_902],
    [1e-12, 0],
    ['9007199', 9_007_199_000_000_000],
  ];
  for (const [usd, nano] of cases) expect([usd, nanoFromUsd(usd)]).toEqual([usd, nano]);
});

test('what is no amount of dollars is none', () => {
  for (const nothing of [undefined, null, '', 'free', -1, Number.NaN, Infinity, '1,5', '1e99', {}, 10n]) {
    expect(nanoFromUsd(nothing)).toBeUndefined();
  }
});

test('sums over a million calls do not drift, in any order and any grouping', () => {
  let seed = 42;
  const next = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % 50_000_000;
  };
  const calls = Array.from({ length: 1_000_000 }, next);
  const sum = (list: readonly number[]) => list.reduce((total, nano) => total + BigInt(nano), 0n);
  const total = sum(calls);
  expect(sum(calls.toReversed())).toBe(total);
  expect(sum(calls.toSorted((a, b) => a - b))).toBe(total);
  const groups = Array.from({ length: 7 }, (_, group) => sum(calls.filter((_, i) => i % 7 === group)));
  expect(groups.reduce((a, b) => a + b, 0n)).toBe(total);
  // Through the text that reports give, and back.
  expect(calls.every((nano) => nanoFromUsd(usdText(nano)) === nano)).toBe(true);
});

test('amounts are shown without losing what is there', () => {
  expect(usdText(20_784_000)).toBe('0.020784000');
  expect(usdText(12_000_000_000_000_000_001n)).toBe('12000000000.000000001');
  expect(formatUsd(20_784_000)).toBe('$0.020784');
  expect(formatUsd(1_005_000_000, 2)).toBe('$1.01');
  expect(formatUsd(0, 2)).toBe('$0.00');
  expect(formatUsd(300)).toBe('<$0.000001');
  expect(formatUsd(300, 2)).toBe('<$0.01');
  expect(decimalsFor([1_000_000_000, 20_784_000])).toBe(6);
  expect(decimalsFor([1_500_000_000n])).toBe(2);
  expect(decimalsFor([1])).toBe(6);
});
