import * as errors from '../../errors/index.ts';

/** Marks that are true, under symbols of the global registry: what the `isInstance` of many libraries looks for. */
const MARKS = '@marks';
/** Fields whose names mean something else in an error that is stored, as entries. */
const OTHERS = '@fields';

const ALWAYS = ['name', 'message', 'stack', 'cause'];
const RESERVED = [...ALWAYS, 'errors', MARKS, OTHERS, '$'];

type WritePart = (part: unknown, key: string) => string;

const BUILT_IN = new Map<unknown, ErrorConstructor>(
  [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((type) => [type.name, type]),
);

type OurErrorClass = abstract new (...args: never[]) => errors.RepriseError;

/**
 * An error's name, message, stack, cause and own properties. One that cannot be read or stored (a request, a socket) is
 * left out: losing the error for it would lose the reason why the call failed.
 */
export function writeError(error: Error, part: WritePart): string {
  const fields: string[] = [];
  const others: string[] = [];
  const add = (key: string, into = fields) => {
    try {
      const value: unknown = Reflect.get(error, key);
      if (key === 'stack' && value === undefined) return;
      const text = part(value, key);
      into.push(into === others ? `[${JSON.stringify(key)},${text}]` : `${JSON.stringify(key)}:${text}`);
    } catch {}
  };
  add('name');
  add('message');
  add('stack');
  if (Object.hasOwn(error, 'cause')) add('cause');
  const isAggregate = error instanceof AggregateError && Array.isArray(error.errors);
  if (isAggregate) add('errors');
  for (const key of Object.keys(error)) {
    if (!RESERVED.includes(key)) add(key);
    else if (!ALWAYS.includes(key) && !(isAggregate && key === 'errors')) add(key, others);
  }
  if (others.length > 0) fields.push(`"${OTHERS}":[${others.join(',')}]`);
  const marks = Object.getOwnPropertySymbols(error).filter((mark) => Reflect.get(error, mark) === true);
  const known = marks.map((mark) => Symbol.keyFor(mark)).filter((key) => key !== undefined);
  if (known.length > 0) fields.push(`"${MARKS}":${JSON.stringify(known)}`);
  return `{${fields.join(',')}}`;
}

/** The error that was written, of its own class where that is a class of the language's or of ours. */
export function reviveError(fields: Record<string, unknown>): Error {
  const { name, message, stack, cause, errors: parts, [MARKS]: marks, [OTHERS]: others, ...rest } = fields;
  const options = Object.hasOwn(fields, 'cause') ? { cause } : undefined;
  const text = typeof message === 'string' ? message : '';
  const error = Array.isArray(parts)
    ? new AggregateError(parts, text, options)
    : new (BUILT_IN.get(name) ?? Error)(text, options);
  // Others have classes of these names, too; the codes are ours.
  const isOurs = typeof name === 'string' && typeof rest.code === 'string' && rest.code.startsWith('REPRISE_');
  const ours = isOurs && (errors as Record<string, unknown>)[name];
  if (typeof ours === 'function') errors.RepriseError.restore(error, ours as OurErrorClass);
  const define = (key: string | symbol, value: unknown, enumerable = false) =>
    Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true });
  if (error.name !== name) define('name', name);
  if (text !== message) define('message', message);
  // Without one, it would tell of where it was read.
  define('stack', stack);
  for (const key of (marks ?? []) as string[]) define(Symbol.for(key), true);
  // Assigning to `__proto__` would change the prototype instead.
  for (const [key, value] of Object.entries(rest)) define(key, value, true);
  for (const [key, value] of (others ?? []) as [string, unknown][]) define(key, value, true);
  return error;
}
