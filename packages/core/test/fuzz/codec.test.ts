import fc from 'fast-check';
import { expect } from 'vitest';
import { UnstorableValueError } from '../../src/index.ts';
import { decode, encode } from '../../src/journal/codec.ts';
import { canonicalDigest, digest } from '../../src/journal/digest.ts';
import { Lists, type StoredList } from '../../src/journal/lists.ts';
import { fuzz } from './fuzz.ts';
import { portrait } from './portrait.ts';
import { comparable, conversations, errors, listing, objectOf, put, refusable, storable, wrappings } from './values.ts';

fuzz(
  'whatever can be stored comes back as it was, and is not changed by being stored',
  300,
  fc.property(storable, (value) => {
    const before = portrait(value);
    const text = encode(value, 'value');
    expect(portrait(value)).toBe(before);
    expect(portrait(decode(text))).toBe(before);
    // A segment is read by lines.
    expect(text).not.toContain('\n');
  }),
);

fuzz(
  'an error comes back with its name, message, stack, cause and fields, whatever these are',
  150,
  fc.property(errors, (error) => {
    const back = decode(encode(error, 'error')) as Error;
    expect(portrait(back)).toBe(portrait(error));
    // Named otherwise, or with something else for its parts, it is not known as one of its class.
    const isOdd = Object.hasOwn(error, 'name') || (error instanceof AggregateError && !Array.isArray(error.errors));
    if (!isOdd) expect(Object.getPrototypeOf(back)).toBe(Object.getPrototypeOf(error));
  }),
);

const unstorable = fc.constantFrom(...refusable);
const depth = { minLength: 0, maxLength: 6 };

fuzz(
  'what cannot be stored is refused wherever it stands, and the error names the place',
  200,
  fc.property(fc.array(fc.constantFrom(listing, ...wrappings), depth), unstorable, ([...around], [says, make]) => {
    const value = around.reduceRight((inner, [, wrap]) => wrap(inner), make());
    const path = around.map(([part]) => part).join('');
    const error = thrown(() => encode(value, 'value', new Lists()));
    expect(error).toBeInstanceOf(UnstorableValueError);
    expect((error as Error).message).toMatch(says);
    // A circle is met one time round, so its path goes on.
    expect((error as UnstorableValueError).path.slice(0, 5 + path.length)).toBe(`value${path}`);
  }),
);

fuzz(
  'an error goes on without the fields that cannot be stored, and with all others',
  100,
  fc.property(errors, storable, unstorable, fc.boolean(), (error, other, [, make], isFirst) => {
    const [first, last] = isFirst ? ['refused', 'other'] : ['other', 'refused'];
    put(error, 'refused', undefined);
    put(error, first as string, undefined);
    put(error, last as string, undefined);
    put(error, 'other', other);
    const kept = portrait(error).replace('"refused": undefined,', '');
    put(error, 'refused', { deep: [make()] });
    const { refused, ...rest } = decode(encode({ error, refused: 'not in it' }, 'value')) as {
      error: Error;
      refused: string;
    };
    expect(refused).toBe('not in it');
    expect(portrait(rest.error)).toBe(kept.replace('"refused": undefined', ''));
  }),
);

fuzz(
  'up to 1,000 levels come back, and more are refused and not read as something else',
  5,
  fc.property(
    fc.integer({ min: 990, max: 1_010 }),
    fc.array(fc.constantFrom(...wrappings), { minLength: 1, maxLength: 5 }),
    (levels, kinds) => {
      let value: unknown = 'bottom';
      for (let level = 0; level < levels; level++) value = kinds[level % kinds.length]?.[1](value);
      if (levels <= 1_000) expect(portrait(decode(encode(value, 'value')))).toBe(portrait(value));
      else if (levels > 1_001) expect(thrown(() => encode(value, 'value'))).toBeInstanceOf(UnstorableValueError);
    },
  ),
);

fuzz(
  'values have the same digest if, and only if, they differ in nothing but the order of keys and keys without a value',
  300,
  fc.property(comparable, comparable, fc.nat(30), (value, other, at) => {
    const mine = digest(value, 'value');
    expect(digest(reordered(value), 'value')).toBe(mine);
    const changed = replacedAt(value, at, other);
    expect(digest(changed, 'value') === mine).toBe(portrait(ordered(changed)) === portrait(ordered(value)));
  }),
);

fuzz(
  'long lists that are kept once come back as they were, and have the digest that they have anywhere else',
  10,
  fc.property(conversations, (conversation) => {
    const stored: StoredList[] = [];
    const writer = new Lists();
    writer.onNew = (list) => stored.push(list);
    const written = conversation.map((messages) => encode({ messages }, 'input', writer));
    const reader = new Lists();
    for (const list of structuredClone(stored)) reader.add(list);
    for (const [i, text] of written.entries()) {
      expect(portrait(decode(text, reader))).toBe(portrait({ messages: conversation[i] }));
      const fresh = new Lists();
      const again = encode({ messages: conversation[i] }, 'input', fresh);
      expect(canonicalDigest(text, reader)).toBe(canonicalDigest(again, fresh));
      // Who goes on with what was read writes nothing twice.
      expect(encode({ messages: conversation[i] }, 'input', reader)).toBe(text);
    }
  }),
);

function thrown(work: () => unknown): unknown {
  try {
    return work() && undefined;
  } catch (error) {
    return error;
  }
}

/** A value with each of its plain objects made anew by `make`. */
function remade(value: unknown, make: (entries: [string, unknown][], prototype: object | null) => object): unknown {
  const again = (part: unknown) => remade(part, make);
  if (Array.isArray(value)) return value.map(again);
  if (value instanceof Map) return new Map([...value].map(([k, v]) => [again(k), again(v)]));
  if (value instanceof Set) return new Set([...value].map(again));
  const prototype = typeof value === 'object' && value !== null ? Object.getPrototypeOf(value) : undefined;
  if (prototype !== null && prototype !== Object.prototype) return value;
  const entries = Object.entries(value as object).map(([key, part]): [string, unknown] => [key, again(part)]);
  return make(entries, prototype);
}

function reordered(value: unknown): unknown {
  return remade(value, (entries, prototype) => objectOf(entries.toReversed(), prototype));
}

/** The one form that all values of one digest have. */
function ordered(value: unknown): unknown {
  const byKey = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);
  return remade(value, (entries, prototype) =>
    objectOf(entries.filter(([, part]) => part !== undefined).sort(byKey), prototype),
  );
}

/** A value with another one in place of one of its parts: near misses are what digests must tell apart. */
function replacedAt(value: unknown, at: number, other: unknown): unknown {
  let passed = 0;
  const visit = (part: unknown): unknown => {
    if (passed++ === at) return other;
    if (Array.isArray(part)) return part.map(visit);
    if (part instanceof Map) return new Map([...part].map(([k, v]) => [visit(k), visit(v)]));
    if (part instanceof Set) return new Set([...part].map(visit));
    const prototype = typeof part === 'object' && part !== null ? Object.getPrototypeOf(part) : undefined;
    if (prototype !== null && prototype !== Object.prototype) return part;
    const entries = Object.entries(part as object).map(([key, inner]): [string, unknown] => [key, visit(inner)]);
    return objectOf(entries, prototype);
  };
  return visit(value);
}
