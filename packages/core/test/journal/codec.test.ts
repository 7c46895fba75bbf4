import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { UnstorableValueError } from '../../src/index.ts';
import { decode, encode } from '../../src/journal/codec.ts';

function again<T>(value: T): T {
  return decode(encode(value, 'value')) as T;
}

function thrown(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

const bytes = Uint8Array.of(0, 1, 254, 255, 7, 7, 7, 7);

describe('comes back as it was:', () => {
  const kinds: Record<string, unknown> = {
    'a string': 'otter',
    'an empty string': '',
    'a string of any characters': 'ä\u{1F9A6}\n\t"\\\u2028\u0000',
    'a string with half a character': '\ud83e',
    'a string that reads like our own marks': '{"$":"undefined"}',
    'true and false': [true, false],
    null: null,
    undefined: undefined,
    'a number': 1.5e-7,
    'the largest safe number': Number.MAX_SAFE_INTEGER,
    'minus zero': -0,
    'not a number': Number.NaN,
    infinities: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    'a bigint': -(2n ** 200n),
    'a date': new Date(1_700_000_000_123),
    'an invalid date': new Date(Number.NaN),
    'a URL': new URL('https://user@example.com/a?b=ä#c'),
    'a regular expression': /o[t]+er\/s/giu,
    'a map with keys of any kind': new Map<unknown, unknown>([
      [{ a: 1 }, new Date(0)],
      [undefined, undefined],
      [new Map(), 1n],
    ]),
    'a set': new Set(['b', 'a', undefined, { deep: new Set([1]) }]),
    'an empty object, array, map and set': [{}, [], new Map(), new Set()],
    'an ArrayBuffer': bytes.buffer,
    'a DataView': new DataView(bytes.buffer),
    Int8Array: new Int8Array(bytes),
    Uint8Array: bytes,
    Uint8ClampedArray: new Uint8ClampedArray(bytes),
    Int16Array: new Int16Array([-1, 300]),
    Uint16Array: new Uint16Array([65_535]),
    Int32Array: new Int32Array([-70_000]),
    Uint32Array: new Uint32Array([70_000]),
    Float32Array: new Float32Array([1.5, Number.NaN]),
    Float64Array: new Float64Array([Math.PI, -0]),
    BigInt64Array: new BigInt64Array([-5n]),
    BigUint64Array: new BigUint64Array([5n]),
    'undefined as a property and in an array': { a: undefined, b: [undefined, null] },
    'an object with a key $': { $: 'undefined', v: 1 },
    'an object with a key __proto__': JSON.parse('{"__proto__": {"polluted": true}, "a": [{"__proto__": 1}]}'),
    'an object with a key toJSON': { toJSON: 'no function', a: 1 },
    // biome-ignore lint/suspicious/noThenProperty: what it is about
    'an object with a key then that is no function': { then: 1 },
    'a deep mixture': { list: [{ at: new Date(5), of: new Map([['k', new Set([{ n: 1n }])]]) }] },
  };
  for (const [name, value] of Object.entries(kinds)) {
    test(name, () => {
      const back = again(value);
      expect(back).toStrictEqual(value);
      if (typeof value === 'object' && value !== null) {
        expect(Object.getPrototypeOf(back)).toBe(Object.getPrototypeOf(value));
      }
    });
  }

  test('a Buffer, as a Buffer that owns its memory', () => {
    const back = again(Buffer.from('otter'));
    expect(Buffer.isBuffer(back)).toBe(true);
    expect(back.toString()).toBe('otter');
  });

  test('a view of a part of some memory, as just that part', () => {
    const back = again(new Uint8Array(bytes.buffer, 2, 3));
    expect([...back]).toEqual([254, 255, 7]);
  });

  test('an object without a prototype', () => {
    const bare = Object.assign(Object.create(null), { a: 1, b: new Date(0) });
    const back = again(bare);
    expect(Object.getPrototypeOf(back)).toBe(null);
    expect({ ...back }).toEqual({ a: 1, b: new Date(0) });
  });

  test('the order of keys, with those that look like numbers where JavaScript puts them', () => {
    const value = { zebra: 1, ant: { y: 1, x: undefined, w: 2 }, 2: 'two', 1: 'one' };
    const back = again(value);
    expect(Object.keys(back)).toEqual(['1', '2', 'zebra', 'ant']);
    expect(Object.keys(back.ant)).toEqual(['y', 'x', 'w']);
  });

  test('the last index and the flags of a regular expression do not matter, its source does', () => {
    expect(again(/a|b/g).exec('xb')?.[0]).toBe('b');
  });

  test('an object of another realm, as one of ours', () => {
    const foreign = runInNewContext(
      '({ list: [1, { a: undefined }], at: new Date(5), map: new Map([[1, new Set([2])]]), re: /x/g })',
    );
    expect(again(foreign)).toStrictEqual({
      list: [1, { a: undefined }],
      at: new Date(5),
      map: new Map([[1, new Set([2])]]),
      re: /x/g,
    });
  });

  test('the same object in two places, as two', () => {
    const shared = { n: 1 };
    const back = again({ a: shared, b: shared });
    expect(back).toEqual({ a: { n: 1 }, b: { n: 1 } });
    expect(back.a).not.toBe(back.b);
  });

  test('a map whose keys are objects that are no text', () => {
    const value = new Map<unknown, unknown>([
      [Object.create(null), undefined],
      [{ toString: 1 }, 1n],
    ]);
    expect(again(value)).toStrictEqual(value);
  });

  test('an object with a hidden toJSON, which is not asked', () => {
    const value = Object.defineProperty({ a: 1 }, 'toJSON', { value: () => 'something else' });
    expect(again([value])).toEqual([{ a: 1 }]);
  });

  test('a structure of 500 levels', () => {
    let value: unknown = 'bottom';
    for (let i = 0; i < 500; i++) value = i % 2 ? [value] : { value };
    expect(again(value)).toEqual(value);
  });
});

describe('is refused, and the error names the place:', () => {
  class Account {
    id = 1;
  }
  class Money extends Map {}
  class Day extends Date {}
  class Rows extends Array {}
  const cycle: { self?: unknown; name: string } = { name: 'loop' };
  cycle.self = [cycle];
  const sparse = [1, 2, 3];
  delete sparse[1];
  const named = Object.assign([1], { total: 1 });
  const sparseAndNamed = Object.assign([1, 2, 3], { total: 1 });
  delete sparseAndNamed[1];
  const handedOver = Uint8Array.of(1);
  structuredClone(handedOver, { transfer: [handedOver.buffer] });
  let deep: unknown = 0;
  for (let i = 0; i < 2_000; i++) deep = { deep };

  const refused: Record<string, { value: unknown; path: string; says: RegExp }> = {
    'a function': { value: { on: { click() {} } }, path: 'result.on.click', says: /a function/ },
    'a symbol': { value: [1, Symbol('s')], path: 'result[1]', says: /a symbol/ },
    'a symbol for a key': { value: { a: { [Symbol('s')]: 1 } }, path: 'result.a', says: /symbols for keys/ },
    'a class instance': { value: { user: new Account() }, path: 'result.user', says: /an instance of Account/ },
    'a subclass of Map': { value: { sum: new Money() }, path: 'result.sum', says: /an instance of Money/ },
    'a subclass of Date': { value: { on: new Day(0) }, path: 'result.on', says: /an instance of Day/ },
    'a subclass of Array': { value: { rows: Rows.of(1) }, path: 'result.rows', says: /an instance of Rows/ },
    'a promise': { value: { later: Promise.resolve(1) }, path: 'result.later', says: /await missing/ },
    // biome-ignore lint/suspicious/noThenProperty: what it is about
    'something that can be awaited': { value: [{ then() {} }], path: 'result[0]', says: /await missing/ },
    'a cycle': { value: cycle, path: 'result.self[0]', says: /contains it/ },
    'an array with a hole': { value: { list: sparse }, path: 'result.list', says: /holes/ },
    'an array with a name': { value: { list: named }, path: 'result.list', says: /named properties/ },
    'an array with a hole and a name': { value: [sparseAndNamed], path: 'result[0]', says: /holes and named/ },
    'an array with a symbol for a key': {
      value: Object.assign([1], { [Symbol('s')]: 1 }),
      path: 'result',
      says: /symbols for keys/,
    },
    'a date, a map, … with a property': {
      value: { on: Object.assign(new Date(0), { zone: 'UTC' }) },
      path: 'result.on',
      says: /a Date with properties of its own/,
    },
    'memory of another thread by now': { value: { handedOver }, path: 'result.handedOver', says: /handed over/ },
    'a WeakMap': { value: new WeakMap(), path: 'result', says: /an instance of WeakMap/ },
    'a Response': { value: { raw: new Response('x') }, path: 'result.raw', says: /an instance of Response/ },
    'a boxed string': { value: [new String('x')], path: 'result[0]', says: /an instance of String/ },
    'what is too deep': {
      value: deep,
      path: 'result.deep.deep.deep.deep.deep.deep.deep',
      says: /more than 1000 levels/,
    },
    'a value in a map': { value: new Map([['k', () => 1]]), path: 'result.k', says: /a function/ },
    'a key of a map': { value: new Map([[() => 1, 'v']]), path: 'result["key 0"]', says: /a function/ },
    'a value in a map under an object': {
      value: new Map([[Object.create(null), () => 1]]),
      path: 'result["value 0"]',
      says: /a function/,
    },
    'an element of a set': { value: new Set([1, () => 1]), path: 'result[1]', says: /a function/ },
    'under a key that is no name': { value: { 'a b': { 7: () => 1 } }, path: 'result["a b"]["7"]', says: /a function/ },
  };
  for (const [name, { value, path, says }] of Object.entries(refused)) {
    test(name, () => {
      let error: unknown;
      try {
        encode(value, 'result');
      } catch (caught) {
        error = caught;
      }
      expect(error).toBeInstanceOf(UnstorableValueError);
      expect(error).toMatchObject({ path, code: 'REPRISE_UNSTORABLE_VALUE', message: expect.stringMatching(says) });
      expect((error as Error).message.startsWith(path)).toBe(true);
    });
  }

  test('what is too deep is refused in a list of other values, too', () => {
    let just: unknown = 0;
    for (let i = 0; i < 999; i++) just = { just };
    expect(again([undefined, just])).toEqual([undefined, just]);
    expect(() => encode([undefined, { one: { more: just } }], 'result')).toThrow(/more than 1000 levels/);
  });

  test('what is too deep for the stack that is left, by name and not by a RangeError', () => {
    let sets: unknown = 0;
    for (let i = 0; i < 1_000; i++) sets = new Set([sets]);
    // From as far down as there is room for an error.
    const fromFarDown = (): unknown => {
      const below = thrown(fromFarDown);
      return below instanceof RangeError ? thrown(() => encode(sets, 'result')) : below;
    };
    expect(again(sets)).toEqual(sets);
    expect(fromFarDown()).toMatchObject({ code: 'REPRISE_UNSTORABLE_VALUE', path: 'result' });
  });

  test('a deep value in bounds is not called too deep because of its siblings', () => {
    const wide = Array.from({ length: 5_000 }, (_, i) => ({ i, undefined }));
    expect(again(wide)).toEqual(wide);
  });
});

test('a value of a kind that this release does not know is an error, and not a plain object', () => {
  expect(() => decode('{"$":"temporal","v":"PT1H"}')).toThrow(/unknown kind 'temporal'.*later release/);
});

test('reading does not run code of the value: a getter or a prototype in the text stays data', () => {
  decode('{"__proto__":{"polluted":1}}');
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});
