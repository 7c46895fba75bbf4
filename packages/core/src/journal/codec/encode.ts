import { types } from 'node:util';
import { UnstorableValueError } from '../../errors/index.ts';
import { isError } from '../../errors/is-error.ts';
import { maskError } from '../../secrets/value.ts';
import { isHandedOver, writeBytes } from './bytes.ts';
import { writeError } from './error.ts';

/** Keeps the long arrays of one execution once; see `lists.ts`. */
export interface ListWriter {
  /** A reference to the array with these encoded elements, or `undefined` to write it in place. */
  refer(elements: readonly string[]): string | undefined;
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
    if (isError(value)) return tag('error', writeError(withoutSecrets(value, ancestors), part));
    return writeObject(value, { path, depth: ancestors.size, part, lists });
  } finally {
    // Also when it is refused: an error goes on without the property that cannot be stored.
    ancestors.delete(value);
  }
}

// Errors of clients of services hold the request with its key, and quote addresses with their passwords. What is in one
// is masked together with it.
function withoutSecrets(error: Error, ancestors: ReadonlySet<object>): Error {
  for (const around of ancestors) if (around !== error && isError(around)) return error;
  return maskError(error);
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
  // By name, for objects of other realms (`node:vm`, Jest) are as good; a subclass would come back as its base.
  const className = classNameOf(value);
  if (Array.isArray(value) && className === 'Array') return writeArray(value, around);
  if (isHandedOver(value)) return refuse(path, 'memory that was handed over to another thread');
  const bytes = writeBytes(value, className);
  if (bytes) return tag(bytes.kind, JSON.stringify(bytes.base64));
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
