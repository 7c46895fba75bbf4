import * as errors from '../errors/index.ts';
import { maskError } from '../secrets/value.ts';

/** Marks that are true, under symbols of the global registry: what the `isInstance` of many libraries looks for. */
const MARKS = '@marks';

type WritePart = (part: unknown, key: string) => string;

const BUILT_IN: Record<string, ErrorConstructor> = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

type OurErrorClass = abstract new (...args: never[]) => errors.RepriseError;

/**
 * An error's name, message, stack, cause and own properties, without the secrets in them: those of clients of services hold
 * the request with its key, and quote addresses with their passwords. A property that cannot be stored (a request,
 * a socket) is left out: losing the error for it would lose the reason why the call failed.
 */
export function writeError(thrown: Error, part: WritePart): string {
  const error = maskError(thrown);
  const fields = [`"name":${JSON.stringify(error.name)}`, `"message":${JSON.stringify(error.message)}`];
  const add = (key: string, value: unknown) => {
    try {
      fields.push(`${JSON.stringify(key)}:${part(value, key)}`);
    } catch (problem) {
      if (!errors.UnstorableValueError.isInstance(problem)) throw problem;
    }
  };
  if (error.stack !== undefined) add('stack', error.stack);
  if (Object.hasOwn(error, 'cause')) add('cause', error.cause);
  if (error instanceof AggregateError) add('errors', error.errors);
  for (const key of Object.keys(error)) {
    if (!['name', 'message', 'stack', 'cause', 'errors', MARKS].includes(key)) add(key, Reflect.get(error, key));
  }
  const marks = Object.getOwnPropertySymbols(error).filter((mark) => Reflect.get(error, mark) === true);
  const known = marks.map((mark) => Symbol.keyFor(mark)).filter((key) => key !== undefined);
  if (known.length > 0) add(MARKS, known);
  return `{${fields.join(',')}}`;
}

/** The error that was written, of its own class where that is a class of the language's or of ours. */
export function reviveError(fields: Record<string, unknown>): Error {
  const { name, message, stack, cause, errors: parts, [MARKS]: marks, ...rest } = fields;
  const options = 'cause' in fields ? { cause } : undefined;
  const error = Array.isArray(parts)
    ? new AggregateError(parts, String(message), options)
    : new (BUILT_IN[String(name)] ?? Error)(String(message), options);
  // Others have classes of these names, too; the codes are ours.
  const ours = String(rest.code).startsWith('REPRISE_') && (errors as Record<string, unknown>)[String(name)];
  if (typeof ours === 'function') errors.RepriseError.restore(error, ours as OurErrorClass);
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name, writable: true, configurable: true });
  if (stack !== undefined) Object.defineProperty(error, 'stack', { value: stack, writable: true, configurable: true });
  if (Array.isArray(marks)) {
    for (const key of marks) Object.defineProperty(error, Symbol.for(key), { value: true, configurable: true });
  }
  return Object.assign(error, rest);
}
