import { expect, test } from 'vitest';
import { keys } from '../../src/journal/keys.ts';

const everyKeyOf = (id: string, wait = 'w') => [
  keys.head(id),
  keys.segment(id, 0),
  keys.blob(id, 'abc'),
  keys.cancel(id),
  keys.answer(id, wait, 1),
];

test('every key is short and of characters that every store takes, whatever the id and the name of the wait', () => {
  for (const text of ['x', 'Ä', '../..', 'a/b', 'a b', '\u0000', 'z'.repeat(200), '~', '-', '.', 'a'.repeat(96)]) {
    for (const key of everyKeyOf(text, text)) {
      expect(key).toMatch(/^[a-z0-9/._~-]+$/);
      expect(key.length).toBeLessThanOrEqual(200);
    }
  }
});

test('ids that differ only in case, or in characters that are no good for keys, have keys of their own', () => {
  const ids = ['order-1', 'Order-1', 'order_1', 'order 1', 'order/1', 'ördér-1', `~${'0'.repeat(40)}`];
  expect(new Set(ids.map(keys.head)).size).toBe(ids.length);
});

test('the keys of one execution are never in the listing of another', () => {
  for (const [one, other] of [
    ['a', 'a.b'],
    ['a', 'a-1'],
    ['a', 'a/b'],
  ] as const) {
    for (const prefix of [keys.segments(one), keys.blobs(one), keys.mailbox(one)]) {
      expect(everyKeyOf(other).filter((key) => key.startsWith(prefix))).toEqual([]);
    }
  }
});

test('segments sort in the order of their numbers', () => {
  const numbers = [0, 9, 10, 99, 100, 12_345_678];
  const sorted = numbers.map((n) => keys.segment('x', n)).sort();
  expect(sorted).toEqual(numbers.map((n) => keys.segment('x', n)));
});

test('ids and names that differ in half a character have keys of their own', () => {
  expect(keys.head('\ud800')).not.toBe(keys.head('\ud801'));
  expect(keys.answer('x', '\ud800', 1)).not.toBe(keys.answer('x', '\ud801', 1));
});
