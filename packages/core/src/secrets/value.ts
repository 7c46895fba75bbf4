import { emptyLike, isError } from '../errors/is-error.ts';
import { isSecretHeader, isSecretName, MASK } from './names.ts';
import { maskAddress, maskText } from './text.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Where a value stands. */
interface Around {
  /** All of it is a secret. */
  readonly hidden: boolean;
  /** What is done with texts; they are kept where there is nothing. */
  readonly text: ((text: string) => string) | undefined;
  readonly seen: ReadonlySet<object>;
}

// What is deeper cannot be stored either.
const DEEPEST = 1_000;

/**
 * What a program asks a service for, without the keys in it: fields whose names are those of secrets, and all headers.
 * Texts are kept, for they may be what the program says to it.
 */
export function maskSettings<T>(settings: T): T {
  return mask(settings, '', { hidden: false, text: undefined, seen: new Set() }) as T;
}

/** Settings that were recorded, perhaps with something changed, with the secrets that the program has for them now. */
export function withSecretsOf<T>(recorded: T, now: unknown): T {
  if ((recorded as unknown) === MASK) return (typeof now === 'string' ? now : recorded) as T;
  if (typeof recorded !== 'object' || recorded === null || typeof now !== 'object' || now === null) return recorded;
  if (Array.isArray(recorded)) return recorded.map((part, i) => withSecretsOf(part, (now as unknown[])[i])) as T;
  if (Object.getPrototypeOf(recorded) !== Object.prototype) return recorded;
  const fields = Object.entries(recorded).map(([key, part]) => [key, withSecretsOf(part, (now as Fields)[key])]);
  return Object.fromEntries(fields) as T;
}

/**
 * The error itself where nothing of it is a secret, else a copy without secrets: in its texts, its fields, its causes, and
 * the errors in it.
 */
export function maskError<T>(error: T, text: (text: string) => string = maskText): T {
  return mask(error, '', { hidden: false, text, seen: new Set() }) as T;
}

function mask(value: unknown, name: string, around: Around): unknown {
  if (typeof value === 'string') return maskString(value, name, around);
  if (typeof value === 'number' || typeof value === 'bigint') return around.hidden ? MASK : value;
  if (typeof value !== 'object' || value === null || around.seen.has(value)) return value;
  if (around.seen.size > DEEPEST) return around.hidden ? MASK : value;
  const inside = { ...around, seen: new Set([...around.seen, value]) };
  if (isError(value)) return maskOwn(value, inside);
  if (value instanceof URL) return maskUrl(value, around);
  if (ArrayBuffer.isView(value)) return around.hidden ? MASK : value;
  const isHeaders = /headers$/i.test(name);
  if (Array.isArray(value))
    return unlessSame(value, isHeaders ? maskList(value, inside) : maskAll(value, name, inside));
  if (value instanceof Map && Object.getPrototypeOf(value) === Map.prototype) {
    const entries = [...value].map(
      ([key, part]) => [key, maskField(typeof key === 'string' ? key : '', part, isHeaders, inside)] as const,
    );
    return entries.every(([key, part]) => Object.is(part, value.get(key))) ? value : new Map(entries);
  }
  if (value instanceof Set && Object.getPrototypeOf(value) === Set.prototype) {
    const parts = [...value];
    const masked = unlessSame(parts, maskAll(parts, name, inside));
    return masked === parts ? value : new Set(masked);
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  // Plain objects of other realms have a prototype of theirs.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return value;
  // The names of a schema are not those of values.
  const isSchema = name === 'properties' || name === '$defs';
  const fields = Object.entries(value).map(([key, part]) => {
    return [key, isSchema ? mask(part, '', inside) : maskField(key, part, isHeaders, inside)] as const;
  });
  if (fields.every(([key, part]) => Object.is(part, (value as Fields)[key]))) return value;
  const copy = Object.create(prototype as object | null);
  // A field may be called __proto__.
  for (const [key, part] of fields) {
    Object.defineProperty(copy, key, { value: part, writable: true, configurable: true, enumerable: true });
  }
  return copy;
}

function maskString(value: string, name: string, { hidden, text }: Around): string {
  if (hidden && value !== '') return MASK;
  // Pieces of a text are called so as well; those are short.
  if (text && /^(?:token|auth|signature)$/i.test(name) && /^\S{16,}$/.test(value)) return MASK;
  return text ? text(value) : value;
}

function maskUrl(value: URL, { text }: Around): URL {
  const shown = text ? text(maskAddress(value.href)) : value.href;
  return shown === value.href ? value : new URL(shown);
}

function maskField(name: string, value: unknown, isHeaders: boolean, around: Around): unknown {
  const hidden = around.hidden || (isHeaders ? !around.text || isSecretHeader(name) : isSecretName(name));
  return mask(value, name, hidden === around.hidden ? around : { ...around, hidden });
}

function maskAll(values: readonly unknown[], name: string, around: Around): unknown[] {
  return values.map((part) => mask(part, Array.isArray(part) ? name : '', around));
}

// As pairs, or as Node has those that came over the wire: names and values in turn.
function maskList(values: readonly unknown[], around: Around): unknown[] {
  if (values.every((part) => Array.isArray(part))) {
    return values.map((pair) => {
      const [name, ...rest] = pair as unknown[];
      const given = rest.map((part) => maskField(String(name), part, true, around));
      return unlessSame(pair as unknown[], [name, ...given]);
    });
  }
  return values.map((part, i) => (i % 2 === 0 ? part : maskField(String(values[i - 1]), part, true, around)));
}

function unlessSame(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  return after.length === before.length && after.every((part, i) => Object.is(part, before[i])) ? before : after;
}

/** The stack, the cause and the errors of an error are own properties that are not enumerable. */
function maskOwn(error: Error, around: Around): Error {
  const masked = new Map<PropertyKey, unknown>();
  const names = new Set([...Object.getOwnPropertyNames(error), 'name', 'message']);
  for (const key of names) {
    const value = read(error, key);
    const after = maskField(key, value, false, around);
    if (!Object.is(after, value)) masked.set(key, after);
  }
  if (masked.size === 0) return error;
  const copy = emptyLike(error);
  for (const key of Reflect.ownKeys(error)) {
    const known = Object.getOwnPropertyDescriptor(error, key) as PropertyDescriptor;
    const value = masked.has(key) ? masked.get(key) : read(error, key);
    Object.defineProperty(copy, key, {
      value,
      writable: true,
      configurable: true,
      enumerable: known.enumerable ?? false,
    });
  }
  return copy;
}

// Some have getters that throw.
function read(error: Error, key: PropertyKey): unknown {
  try {
    return Reflect.get(error, key);
  } catch {
    return undefined;
  }
}
