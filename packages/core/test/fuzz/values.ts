import fc from 'fast-check';
import { NotFoundError, StoreError } from '../../src/index.ts';

/** Texts with all that texts can hold: half characters, lines of their own, and our own marks. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ maxLength: 12 }),
  fc.array(fc.integer({ min: 0xd7fe, max: 0xe001 }), { maxLength: 4 }).map((units) => String.fromCharCode(...units)),
  fc.constantFrom('', '\n', '\n<', '\n>@{"blob":"0"}', '\u2028', '{"$":"undefined"}', '"$":', '[]', '{}', '@', 'r2:'),
);

/** Keys, the awkward ones often. */
export const keyNames: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'name', 'id', 'v', 'n', 't', 'list', 'code', 'errors', 'message') },
  { weight: 3, arbitrary: fc.constantFrom('$', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'toJSON') },
  { weight: 1, arbitrary: fc.constantFrom('', '0', '1', '10', '-1', '01', '4294967295', '1e3', '@marks', '@fields') },
  { weight: 2, arbitrary: texts },
);

export const numbers: fc.Arbitrary<number> = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, 5e-324, 1e21, Number.MAX_SAFE_INTEGER, 2 ** 64),
);

const memory = fc.uint8Array({ maxLength: 40 });
const wide = fc.uint8Array({ minLength: 0, maxLength: 4 }).map((bytes) => new Uint8Array(8 * bytes.length).fill(199));

const bytes: fc.Arbitrary<unknown> = fc.oneof(
  memory,
  memory.map((all) => all.subarray(1)),
  memory.map((all) => Buffer.from(all)),
  memory.map((all) => all.slice().buffer),
  memory.map((all) => new DataView(all.slice().buffer)),
  fc.int8Array({ maxLength: 5 }),
  fc.uint8ClampedArray({ maxLength: 5 }),
  fc.int16Array({ maxLength: 5 }),
  fc.uint16Array({ maxLength: 5 }),
  fc.int32Array({ maxLength: 5 }),
  fc.uint32Array({ maxLength: 5 }),
  fc.float32Array({ maxLength: 5 }),
  fc.float64Array({ maxLength: 5 }),
  wide.map((all) => new BigInt64Array(all.buffer)),
  wide.map((all) => new BigUint64Array(all.buffer)),
);

const leaves: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: texts },
  { weight: 4, arbitrary: numbers },
  { weight: 3, arbitrary: fc.constantFrom(null, undefined, true, false) },
  { weight: 1, arbitrary: fc.bigInt() },
  { weight: 1, arbitrary: fc.date({ noInvalidDate: false }) },
  { weight: 1, arbitrary: fc.webUrl({ withQueryParameters: true, withFragments: true }).map((url) => new URL(url)) },
  { weight: 1, arbitrary: fc.constantFrom(/a|b/g, /[/\n"]\//iu, /(?:)/, /\p{L}+/u) },
  { weight: 2, arbitrary: bytes },
);

/** Sets a property of its own, whatever its name. */
export function put(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}

/** An object with these entries. */
export function objectOf(entries: readonly (readonly [string, unknown])[], prototype: object | null): object {
  const object: object = Object.create(prototype);
  for (const [key, value] of entries) put(object, key, value);
  return object;
}

const errorKinds: Record<string, (message: string, options: ErrorOptions) => Error> = {
  Error: (message, options) => new Error(message, options),
  TypeError: (message, options) => new TypeError(message, options),
  RangeError: (message, options) => new RangeError(message, options),
  SyntaxError: (message, options) => new SyntaxError(message, options),
  AggregateError: (message, options) => new AggregateError([new Error('part', options), message], message, options),
  NotFoundError: (message) => new NotFoundError(message),
  StoreError: (message) => new StoreError(message, { operation: 'getMany', key: message }),
};

function errorsOf(value: fc.Arbitrary<unknown>): fc.Arbitrary<Error> {
  const kind = fc.constantFrom(...Object.values(errorKinds));
  const options = fc.oneof(
    fc.constant({}),
    value.map((cause) => ({ cause })),
  );
  const fields = fc.array(fc.tuple(keyNames, value), { maxLength: 3 });
  const name = fc.option(fc.oneof(keyNames, leaves), { nil: undefined, freq: 3 });
  const mark = fc.boolean();
  return fc.tuple(kind, texts, options, fields, name, mark).map(([make, message, given, entries, called, marked]) => {
    const error = make(message, given);
    // Made up when it is first asked for, which fails where the name is no text.
    void error.stack;
    for (const [key, part] of entries) put(error, key, part);
    if (called !== undefined) put(error, 'name', called);
    if (marked) Object.defineProperty(error, Symbol.for('mark'), { value: true });
    return error;
  });
}

/** Whatever can be stored: every kind that the documentation names, nested in every other. */
export const storable: fc.Arbitrary<unknown> = nested((value) => [{ weight: 1, arbitrary: errorsOf(value) }]);

/** The same without errors, of which no two are equal: each has a stack of its own. */
export const comparable: fc.Arbitrary<unknown> = nested(() => []);

function nested(more: (value: fc.Arbitrary<unknown>) => fc.WeightedArbitrary<unknown>[]): fc.Arbitrary<unknown> {
  const { value } = fc.letrec((tie) => {
    const part = tie('value');
    const entries = fc.array(fc.tuple(keyNames, part), { maxLength: 5 });
    return {
      value: fc.oneof(
        { maxDepth: 4, depthSize: 'small', withCrossShrink: true },
        { weight: 6, arbitrary: leaves },
        { weight: 4, arbitrary: entries.map((all) => objectOf(all, Object.prototype)) },
        { weight: 3, arbitrary: fc.array(part, { maxLength: 12 }) },
        { weight: 1, arbitrary: entries.map((all) => objectOf(all, null)) },
        { weight: 1, arbitrary: fc.array(fc.tuple(part, part), { maxLength: 4 }).map((all) => new Map(all)) },
        { weight: 1, arbitrary: fc.array(part, { maxLength: 4 }).map((all) => new Set(all)) },
        // The same object in two places.
        { weight: 1, arbitrary: part.map((shared) => ({ a: shared, b: [shared] })) },
        ...more(part),
      ),
    };
  });
  return value as fc.Arbitrary<unknown>;
}

export const errors: fc.Arbitrary<Error> = errorsOf(storable);

/** A list of messages, long enough to be kept once, and how an agent goes on with it. */
export const conversations: fc.Arbitrary<unknown[][]> = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom('user', 'assistant'), texts, comparable), { minLength: 8, maxLength: 30 }),
    fc.array(fc.tuple(fc.nat(30), fc.nat(30), comparable), { minLength: 1, maxLength: 4 }),
  )
  .map(([messages, cuts]) => {
    const all = messages.map(([role, content, extra], i) => ({ role, content: `${i} ${content}`.padEnd(150), extra }));
    return [
      all,
      ...cuts.map(([from, to, other]) => [...all.slice(0, from), { other }, ...all.slice(from, to), ...all]),
    ];
  });

/** Texts of more than 64 KiB, which are kept under keys of their own. */
export const large: fc.Arbitrary<unknown> = fc
  .tuple(texts, fc.integer({ min: 65_000, max: 70_000 }), storable)
  .map(([text, size, beside]) => ({ text: text.padEnd(size, 'ä'), beside }));

class Account {
  id = 1;
}
class Rows extends Array {}
class Totals extends Map {}

/** What cannot be stored, made anew each time, and what the error about it says. */
export const refusable: readonly (readonly [says: RegExp, make: () => unknown])[] = [
  [/a function/, () => () => 1],
  [/a symbol/, () => Symbol('s')],
  [/a promise/, () => Promise.resolve(1)],
  [/symbols for keys/, () => ({ [Symbol('s')]: 1 })],
  [/symbols for keys/, () => Object.assign([1], { [Symbol('s')]: 1 })],
  [/symbols for keys/, () => Object.assign(new Map(), { [Symbol('s')]: 1 })],
  [/an instance of Account/, () => new Account()],
  [/an instance of Rows/, () => Rows.of(1)],
  [/an instance of Totals/, () => new Totals()],
  [/an instance of WeakMap/, () => new WeakMap()],
  [/an instance of Object/, () => Object.create({ inherited: 1 })],
  [/holes/, () => new Array(2)],
  [/holes/, () => Object.assign(new Array(1), { x: 1 })],
  [/named properties/, () => Object.assign([1], { x: 1 })],
  [/Date with properties of its own/, () => Object.assign(new Date(0), { x: 1 })],
  [/Map with properties of its own/, () => Object.assign(new Map(), { x: 1 })],
  [/handed over/, () => handedOver().buffer],
  [/handed over/, () => handedOver()],
  [/contains it/, () => circle()],
];

function handedOver(): Uint8Array {
  const bytes = Uint8Array.of(1, 2, 3);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}

function circle(): unknown {
  const map = new Map<string, unknown>();
  map.set('self', [map]);
  return map;
}

/** One more object around a value, and how the path to it goes on. */
export const wrappings: readonly (readonly [path: string, wrap: (value: unknown) => unknown])[] = [
  ['.a', (value) => ({ first: undefined, a: value })],
  ['["a b"]', (value) => ({ 'a b': value })],
  ['["7"]', (value) => ({ 7: value })],
  ['.__proto__', (value) => objectOf([['__proto__', value]], Object.prototype)],
  ['.$', (value) => ({ $: value })],
  ['.toJSON', (value) => ({ toJSON: value })],
  ['.bare', (value) => objectOf([['bare', value]], null)],
  ['[1]', (value) => [{}, value]],
  ['.k', (value) => new Map([['k', value]])],
  ['["value 0"]', (value) => new Map([[Object.create(null), value]])],
  ['["key 0"]', (value) => new Map([[value, 1]])],
  ['[0]', (value) => new Set([value])],
];

/** One more object, a list that is long enough to be kept once. */
export const listing = ['[8]', (value: unknown) => [1, 2, 3, 4, 5, 6, 7, 'x'.repeat(2_000), value]] as const;
