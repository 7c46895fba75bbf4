import fc from 'fast-check';
import { expect } from 'vitest';
import { decode, encode } from '../../src/journal/codec.ts';
import { canonicalDigest, digest } from '../../src/journal/digest.ts';
import { Lists, type StoredList } from '../../src/journal/lists.ts';
import { fuzz } from './fuzz.ts';
import { portrait } from './portrait.ts';
import { conversations, errors, storable } from './values.ts';

fuzz(
  'whatever can be stored comes back as it was, and is not changed by being stored',
  1500,
  fc.property(storable, (value) => {
    const before = portrait(value);
    const text = encode(value, 'value');
    expect(portrait(value)).toBe(before);
    expect(portrait(decode(text))).toBe(before);
    // One line: a segment is read by lines.
    expect(text).not.toContain('\n');
  }),
);

fuzz(
  'an error comes back with its name, message, stack, cause and fields, whatever these are',
  800,
  fc.property(errors, (error) => {
    expect(portrait(decode(encode(error, 'error')))).toBe(portrait(error));
  }),
);
