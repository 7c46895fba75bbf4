import fc from 'fast-check';
import { texts } from './values.ts';

/** What can happen to a text that is stored. */
export type Damage = (text: string) => string;

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const at = (text: string, where: number) => Math.floor(where * text.length);
const marks = fc.constantFrom(
  '\n',
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '$',
  '"$":',
  '<',
  '>',
  '@',
  '0',
  '-',
  'null',
  '{}',
  '[]',
);

/** A character changed, a part cut out, the end cut off, something put in or added, a part repeated. */
export const damages: fc.Arbitrary<Damage> = fc.oneof(
  fc.tuple(place, fc.integer({ min: 1, max: 255 })).map(([where, bits]) => (text: string) => {
    const i = at(text, where);
    return text.slice(0, i) + String.fromCharCode((text.charCodeAt(i) || 0) ^ bits) + text.slice(i + 1);
  }),
  fc.tuple(place, fc.nat(40)).map(([where, length]) => (text: string) => {
    const i = at(text, where);
    return text.slice(0, i) + text.slice(i + 1 + length);
  }),
  place.map((where) => (text: string) => text.slice(0, at(text, where))),
  fc.tuple(place, fc.oneof(marks, texts)).map(([where, more]) => (text: string) => {
    const i = at(text, where);
    return text.slice(0, i) + more + text.slice(i);
  }),
  fc.oneof(marks, texts).map((more) => (text: string) => text + more),
  fc.tuple(place, fc.nat(40)).map(([where, length]) => (text: string) => {
    const i = at(text, where);
    return text.slice(0, i) + text.slice(i, i + length) + text.slice(i);
  }),
);

/** JSON as our own texts have it, and as no text of ours does: marks of every kind with anything in them. */
export const markedText: fc.Arbitrary<string> = fc
  .letrec((tie) => {
    const value = tie('value');
    const kinds = fc.constantFrom(
      ...['undefined', 'number', 'bigint', 'date', 'url', 'regexp', 'map', 'set', 'error', 'object', 'bare', 'list'],
      ...[
        'Buffer',
        'ArrayBuffer',
        'DataView',
        'Uint8Array',
        'Float64Array',
        'BigInt64Array',
        'constructor',
        '__proto__',
      ],
    );
    const keyNames = fc.constantFrom(
      '$',
      'v',
      'a',
      'id',
      'n',
      '__proto__',
      'constructor',
      'name',
      'code',
      '@marks',
      '@fields',
    );
    const scalars = fc.constantFrom(
      ...[
        'null',
        'true',
        '0',
        '-0',
        '1e999',
        '8640000000000001',
        '-1',
        '1.5',
        '""',
        '"0"',
        '"-0"',
        '"NaN"',
        '"12n"',
        '"x:y"',
      ],
      ...[
        '"AAAA"',
        '"A===="',
        '"!"',
        '"RangeError"',
        '"constructor"',
        '"StoreError"',
        '"REPRISE_STORE"',
        '"\\ud800"',
        '"000000"',
      ],
    );
    return {
      value: fc.oneof(
        { maxDepth: 5, depthSize: 'small' },
        { weight: 3, arbitrary: scalars },
        { weight: 4, arbitrary: fc.tuple(kinds, value).map(([kind, v]) => `{"$":"${kind}","v":${v}}`) },
        { weight: 1, arbitrary: fc.tuple(value, value).map(([id, n]) => `{"$":"list","id":${id},"n":${n}}`) },
        { weight: 2, arbitrary: fc.array(value, { maxLength: 4 }).map((all) => `[${all.join()}]`) },
        {
          weight: 2,
          arbitrary: fc
            .array(fc.tuple(keyNames, value), { maxLength: 4 })
            .map((all) => `{${all.map(([key, part]) => `${JSON.stringify(key)}:${part}`).join()}}`),
        },
      ),
    };
  })
  .value.map(String);
