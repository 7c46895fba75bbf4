import { readBytes } from './bytes.ts';
import { reviveError } from './error.ts';

/** Finds the elements of an array that was written as a reference. */
export interface ListReader {
  elements(id: string, length: number): string[];
}

/** The value that was encoded, as a new object each time. */
export function decode(text: string, lists?: ListReader): unknown {
  const value: unknown = JSON.parse(text);
  // A key `$` cannot stand in the text without these four characters, so most values need no second look.
  return text.includes('"$":') ? revive(value, lists) : value;
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
