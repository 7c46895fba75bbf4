import { types } from 'node:util';
import { UnstorableValueError } from '../errors/index.ts';
import { reviveError, writeError } from './error-codec.ts';

/**
 * Values as JSON text, faithfully: what JSON has no word for is written as `{"$": kind, "v": …}`.
 * What cannot come back as it was is refused, with the path of the offending part.
 */

/** Keeps the long arrays of one execution once; see `lists.ts`. */
export interface ListWriter {
  /** A reference to the array with these encoded elements, or `undefined` to write it in place. */
  refer(elements: readonly string[]): string | undefined;
}

/** Finds the elements of an array that was written as a reference. */
export interface ListReader {
  elements(id: string, length: number): string[];
}

const MAX_DEPTH = 1_000;
const LONG_ARRAY = 8;

/** Encodes a value as JSON text. `what` begins the path in an error message, as in `result`. */
export function encode(value: unknown, what: string, lists?: ListWriter): string {
  if (value === undefined) return '{"$":"undefined"}';
  if (isPlain(value, lists !== undefined, 0)) return JSON.stringify(value);
  try {
    return write(value, [what], new Set(), lists);
  } catch (error) {
    // Called from far down, there may be room for less than what is allowed.
    if (error instanceof RangeError) return refuse([what], 'nested too deep for the stack that is left');
    throw error;
  }
}

/** The value that was encoded, as a new object each time. */
export function decode(text: string, lists?: ListReader): unknown {
  const value: unknown = JSON.parse(text);
  // A key `$` cannot stand in the text without these four characters, so most values need no second look.
  return text.includes('"$":') ? revive(value, lists) : value;
}

function isPlain(value: unknown, splitLongArrays: boolean, depth: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'object':
      break;
    default:
      return false;
  }
  if (value === null) return true;
  // `JSON.stringify` would call a `toJSON`, also one that is not enumerable or stands in a prototype.
  if (depth > MAX_DEPTH || 'toJSON' in value || Object.getOwnPropertySymbols(value).length > 0) return false;
  if (Array.isArray(value)) {
    if (splitLongArrays && value.length >= LONG_ARRAY) return false;
    if (Object.getPrototypeOf(value) !== Array.prototype || Object.keys(value).length !== value.length) return false;
    for (const element of value) if (!isPlain(element, splitLongArrays, depth + 1)) return false;
    return true;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  for (const key of Object.keys(value)) {
    if (key === '$') return false;
    if (!isPlain((value as Record<string, unknown>)[key], splitLongArrays, depth + 1)) return false;
  }
  return true;
}

type Path = readonly (string | number)[];

/** `result.items[3].save`, the way one would type it. */
export function formatPath(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (text === '') text = part;
    else text += /^[A-Za-z_$][\w$]*$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`;
  }
  return text;
}

function refuse(path: Path, what: string): never {
  const where = formatPath(path);
  throw new UnstorableValueError(
    where,
    `${where} is ${what}, which cannot be stored and come back as it was. ` +
      'Use plain data (objects, arrays, strings, numbers, dates, maps, sets, bytes, errors), or keep it out of the call.',
  );
}

function tag(kind: string, text?: string): string {
  return text === undefined ? `{"$":"${kind}"}` : `{"$":"${kind}","v":${text}}`;
}

function write(value: unknown, path: Path, ancestors: Set<object>, lists: ListWriter | undefined): string {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value);
    case 'number':
      if (Object.is(value, -0)) return tag('number', '"-0"');
      return Number.isFinite(value) ? String(value) : tag('number', `"${value}"`);
    case 'undefined':
      return tag('undefined');
    case 'bigint':
      return tag('bigint', `"${value}"`);
    case 'function':
      return refuse(path, 'a function');
    case 'symbol':
      return refuse(path, 'a symbol');
  }
  if (value === null || typeof value !== 'object') return 'null';
  if (ancestors.has(value)) return refuse(path, 'a reference to an object that contains it');
  if (ancestors.size > MAX_DEPTH) return refuse(path.slice(0, 8), `nested more than ${MAX_DEPTH} levels deep`);
  ancestors.add(value);
  try {
    const part: WritePart = (inner, key) => write(inner, [...path, key], ancestors, lists);
    return writeObject(value, { path, depth: ancestors.size, part, lists });
  } finally {
    // Also when it is refused: an error goes on without the property that cannot be stored.
    ancestors.delete(value);
  }
}

type WritePart = (part: unknown, key: string | number) => string;

// Loops and not `map`, here and below: each call in between makes the stack end at fewer levels.

/** Where an object stands, and how what is in it is written. */
interface Surroundings {
  readonly path: Path;
  /** How many objects what is in it is nested in. */
  readonly depth: number;
  readonly part: WritePart;
  readonly lists: ListWriter | undefined;
}

function writeObject(value: object, around: Surroundings): string {
  const { path, part } = around;
  if (value instanceof Error || types.isNativeError(value)) return tag('error', writeError(value, part));
  // By name, for objects of other realms (`node:vm`, Jest) are as good; a subclass would come back as its base.
  const className = classNameOf(value);
  if (Array.isArray(value) && className === 'Array') return writeArray(value, around);
  const bytes = writeBytes(value, className, path);
  if (bytes !== undefined) return bytes;
  if (Object.getOwnPropertySymbols(value).length > 0) return refuse(path, 'an object with symbols for keys');
  const simple = writeBuiltIn(value, className, part);
  if (simple !== undefined) {
    if (Object.keys(value).length > 0) return refuse(path, `a ${className} with properties of its own`);
    return simple;
  }
  if (typeof (value as { then?: unknown }).then === 'function') {
    return refuse(path, 'a promise (is an await missing?)');
  }
  const prototype: object | null = Object.getPrototypeOf(value);
  const isRecord = prototype === null || (className === 'Object' && Object.getPrototypeOf(prototype) === null);
  if (!isRecord) return refuse(path, `an instance of ${className || 'a class'}`);
  return writeRecord(value as Record<string, unknown>, prototype === null, part);
}

function writeBuiltIn(value: object, className: string | undefined, part: WritePart): string | undefined {
  if (types.isDate(value) && className === 'Date') {
    return tag('date', Number.isNaN(value.getTime()) ? 'null' : String(value.getTime()));
  }
  if (value instanceof URL && className === 'URL') return tag('url', JSON.stringify(value.href));
  if (types.isRegExp(value) && className === 'RegExp')
    return tag('regexp', JSON.stringify([value.source, value.flags]));
  if (types.isMap(value) && className === 'Map') {
    const entries: string[] = [];
    for (const [k, v] of value) {
      const i = entries.length;
      entries.push(`[${part(k, `key ${i}`)},${part(v, nameOf(k, i))}]`);
    }
    return tag('map', `[${entries.join(',')}]`);
  }
  if (types.isSet(value) && className === 'Set') {
    const elements: string[] = [];
    for (const element of value) elements.push(part(element, elements.length));
    return tag('set', `[${elements.join(',')}]`);
  }
  return undefined;
}

/** What a value of a map goes by in a path. */
function nameOf(key: unknown, index: number): string {
  return typeof key === 'object' && key !== null ? `value ${index}` : String(key);
}

function classNameOf(value: object): string | undefined {
  const made: unknown = Object.getPrototypeOf(value)?.constructor;
  return typeof made === 'function' ? made.name : undefined;
}

function writeRecord(value: Record<string, unknown>, bare: boolean, part: WritePart): string {
  const names = Object.keys(value);
  const isMarked = bare || names.includes('$');
  const fields: string[] = [];
  for (const name of names) {
    const text = part(value[name], name);
    fields.push(isMarked ? `[${JSON.stringify(name)},${text}]` : `${JSON.stringify(name)}:${text}`);
  }
  return isMarked ? tag(bare ? 'bare' : 'object', `[${fields.join(',')}]`) : `{${fields.join(',')}}`;
}

function writeArray(value: unknown[], { path, depth, part, lists }: Surroundings): string {
  if (Reflect.ownKeys(value).length !== value.length + 1) {
    return refuse(path, 'an array with holes, named properties or symbols for keys');
  }
  const elements: string[] = [];
  for (let i = 0; i < value.length; i++) {
    // As many named properties as holes come to the right number.
    if (!Object.hasOwn(value, i)) return refuse(path, 'an array with holes and named properties');
    const element = value[i];
    elements.push(isPlain(element, lists !== undefined, depth) ? JSON.stringify(element) : part(element, i));
  }
  return (value.length >= LONG_ARRAY && lists?.refer(elements)) || `[${elements.join(',')}]`;
}

const VIEWS = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
} as const;

function writeBytes(value: object, className: string | undefined, path: Path): string | undefined {
  const memory = ArrayBuffer.isView(value) ? value.buffer : value;
  if (types.isArrayBuffer(memory) && memory.detached) refuse(path, 'memory that was handed over to another thread');
  if (types.isArrayBuffer(value)) return tag('ArrayBuffer', JSON.stringify(Buffer.from(value).toString('base64')));
  if (!ArrayBuffer.isView(value)) return undefined;
  const kind = Buffer.isBuffer(value) ? 'Buffer' : className;
  if (kind === undefined || (kind !== 'Buffer' && kind !== 'DataView' && !Object.hasOwn(VIEWS, kind))) return undefined;
  const base64 = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  return tag(kind, JSON.stringify(base64));
}

function readBytes(kind: string, base64: string): unknown {
  const bytes = Buffer.from(base64, 'base64');
  // What is no base64 is left out without a word.
  checked(kind, bytes, bytes.length === Buffer.byteLength(base64, 'base64'));
  if (kind === 'Buffer') return bytes;
  // A copy: a pooled Buffer's memory is shared and need not be aligned.
  const memory = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  if (kind === 'ArrayBuffer') return memory;
  if (kind === 'DataView') return new DataView(memory);
  return Object.hasOwn(VIEWS, kind) ? new VIEWS[kind as keyof typeof VIEWS](memory as ArrayBuffer) : undefined;
}

function revive(value: unknown, lists: ListReader | undefined): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = revive(value[i], lists);
    return value;
  }
  const object = value as Record<string, unknown>;
  if (typeof object.$ === 'string') return reviveTagged(object.$, object.v, object, lists);
  for (const key of Object.keys(object)) {
    const part = object[key];
    if (typeof part !== 'object' || part === null) continue;
    const revived = revive(part, lists);
    // Assigning to an own `__proto__` would change the prototype instead.
    if (key === '__proto__') {
      Object.defineProperty(object, key, { value: revived, enumerable: true, writable: true, configurable: true });
    } else object[key] = revived;
  }
  return object;
}

function reviveTagged(
  kind: string,
  v: unknown,
  object: Record<string, unknown>,
  lists: ListReader | undefined,
): unknown {
  switch (kind) {
    case 'undefined':
      return undefined;
    case 'number':
      return Number(checked(kind, v, typeof v === 'string' && NOT_IN_JSON.includes(v)));
    case 'bigint':
      return BigInt(checked<string>(kind, v, typeof v === 'string' && /^-?\d+$/.test(v)));
    case 'date':
      return new Date(v === null ? Number.NaN : checked<number>(kind, v, isTime(v)));
    case 'url':
      return new URL(checked<string>(kind, v, typeof v === 'string'));
    case 'regexp':
      return new RegExp(...checked<[string, string]>(kind, v, isPair(v)));
    case 'map':
      return new Map(revive(checked(kind, v, Array.isArray(v) && v.every(isPair)), lists) as [unknown, unknown][]);
    case 'set':
      return new Set(revive(checked(kind, v, Array.isArray(v)), lists) as unknown[]);
    case 'error':
      return reviveError(revive(checked(kind, v, isFields(v)), lists) as Record<string, unknown>);
    case 'object':
    case 'bare': {
      const entries = revive(checked(kind, v, Array.isArray(v) && v.every(isField)), lists) as [string, unknown][];
      return reviveRecord(kind === 'bare' ? Object.create(null) : {}, entries);
    }
    case 'list':
      return reviveList(object, lists);
  }
  const bytes = typeof v === 'string' ? readBytes(kind, v) : undefined;
  if (bytes !== undefined) return bytes;
  throw new TypeError(`a value of the unknown kind '${kind}'; a later release may have written it`);
}

const NOT_IN_JSON = ['-0', 'NaN', 'Infinity', '-Infinity'];

function checked<T>(kind: string, v: unknown, isRight: boolean): T {
  if (isRight) return v as T;
  throw new TypeError(`a ${kind} that is written as none`);
}

function isTime(v: unknown): boolean {
  return typeof v === 'number' && !Number.isNaN(new Date(v).getTime());
}

function isPair(v: unknown): v is [unknown, unknown] {
  return Array.isArray(v) && v.length === 2;
}

function isField(v: unknown): boolean {
  return isPair(v) && typeof v[0] === 'string';
}

function isFields(v: unknown): boolean {
  return typeof v === 'object' && v !== null && !Array.isArray(v);
}

function reviveRecord(target: object, entries: [string, unknown][]): object {
  for (const [key, value] of entries) {
    Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
  }
  return target;
}

function reviveList(object: Record<string, unknown>, lists: ListReader | undefined): unknown[] {
  if (!lists) throw new TypeError('a reference to a list, and no lists to look in');
  return lists.elements(object.id as string, object.n as number).map((text) => decode(text, lists));
}
