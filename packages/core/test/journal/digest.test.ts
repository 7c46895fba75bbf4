import { expect, test } from 'vitest';
import { digest } from '../../src/journal/digest.ts';

const of = (value: unknown) => digest(value, 'value');

test('the order of keys does not matter, at any depth', () => {
  expect(of({ a: 1, b: { c: 2, d: [{ e: 1, f: 2 }] } })).toBe(of({ b: { d: [{ f: 2, e: 1 }], c: 2 }, a: 1 }));
});

test('nor does the order of keys of objects that are stored in another way', () => {
  expect(of({ $: 1, a: 2 })).toBe(of({ a: 2, $: 1 }));
  const bare = (entries: object) => Object.assign(Object.create(null), entries);
  expect(of(bare({ a: 1, b: 2 }))).toBe(of(bare({ b: 2, a: 1 })));
});

test('a key that holds undefined is a key that is missing', () => {
  expect(of({ a: 1, b: undefined })).toBe(of({ a: 1 }));
  expect(of({ list: [{ a: undefined }] })).toBe(of({ list: [{}] }));
});

test('undefined in an array is not null, and not nothing', () => {
  expect(new Set([of([undefined]), of([null]), of([])]).size).toBe(3);
});

test('whatever else differs gives another digest', () => {
  const values = [
    1,
    '1',
    1n,
    true,
    null,
    undefined,
    '',
    [],
    {},
    [1],
    ['1'],
    [[1]],
    { a: 1 },
    { a: '1' },
    { b: 1 },
    [1, 2],
    [2, 1],
    '{}',
    '[]',
    -0,
    0,
    Number.NaN,
    new Date(0),
    new Date(1),
    new Map([[1, 2]]),
    new Map([[2, 1]]),
    new Set([1, 2]),
    new Set([2, 1]),
    /a/g,
    /a/i,
    Uint8Array.of(1),
    Int8Array.of(1),
    Buffer.of(1),
    new URL('a:b'),
    'a:b',
    new Error('x'),
    { $: 'undefined' },
  ];
  expect(new Set(values.map(of)).size).toBe(values.length);
});

test('an object that has a key like our marks is no mark', () => {
  const values = [
    { $: 'undefined', a: 1 },
    { $: 'undefined', a: 2 },
    { $: 'list', id: '000000', n: 1 },
    { $: 'object', v: 1 },
    { $: 'bare', v: [['a', 1]] },
    { $: 'bare', v: [['a', 2]] },
  ];
  expect(new Set(values.map(of)).size).toBe(values.length);
});

test('it is the same in every process and release: these are stored', () => {
  expect(of({ topic: 'otters', limit: 3 })).toMatchInlineSnapshot(`"bG2wmif1qmwKFXYNU1SBip"`);
  expect(of(['otters'])).toMatchInlineSnapshot(`"kks2n3zt9YIJ7YUL-PINVc"`);
  expect(of('otters')).toMatchInlineSnapshot(`"OHYVBIUYbpemSBzJuSblmQ"`);
  expect(of(undefined)).toMatchInlineSnapshot(`"2yq6oqb2QR9cPoZewSWVs_"`);
});

test('a value that has no digest names the part', () => {
  expect(() => of({ a: [() => {}] })).toThrow(/value\.a\[0\] is a function/);
});
