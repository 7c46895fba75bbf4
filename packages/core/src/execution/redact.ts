import { emptyLike, isError } from '../errors/is-error.ts';

/** What part of a call a value is. */
export interface RedactInfo {
  /** Of an error, each text and each property comes by itself. */
  readonly part: 'input' | 'output' | 'error';
  /** `execution` for the input and the result of a whole execution. */
  readonly kind: string;
  readonly name: string;
}

/** The `redact` option. */
export type Redact = (value: unknown, info: RedactInfo) => unknown;

/** What may be stored of a value. */
export function redactValue(redact: Redact, value: unknown, info: RedactInfo): unknown {
  if (!isError(value)) return redact(value, info);
  try {
    return redactError(value, (part) => redact(part, { ...info, part: 'error' }), new Map());
  } catch {
    // The error still has to be recorded, and its texts may not.
    return Object.assign(new Error('the redact hook failed on this error, so its texts are not stored'), { stack: '' });
  }
}

// Text by text: a hook that knows strings and plain objects would make nothing of an error.
function redactError(error: Error, redact: (part: unknown) => unknown, copies: Map<Error, Error>): Error {
  const copy = emptyLike(error);
  copies.set(error, copy);
  const again = (part: unknown): unknown =>
    isError(part) ? (copies.get(part) ?? redactError(part, redact, copies)) : redact(part);
  // Whatever a hook makes of a text is to be one; some throw errors whose name or message is none to begin with.
  const text = (value: unknown): unknown => (typeof value === 'string' ? String(redact(value)) : again(value));
  const { name, message: said, stack }: { name: unknown; message: unknown; stack?: unknown } = error;
  const message = text(said);
  const set = (key: string, value: unknown) => Object.defineProperty(copy, key, { value, enumerable: false });
  set('name', typeof name === 'string' ? name : again(name));
  set('message', message);
  const isInStack = typeof stack === 'string' && typeof said === 'string' && said !== '';
  set('stack', stack && again(isInStack ? stack.replaceAll(said, () => String(message)) : stack));
  if (Object.hasOwn(error, 'cause')) set('cause', again(error.cause));
  if (error instanceof AggregateError && Array.isArray(error.errors)) set('errors', error.errors.map(again));
  for (const mark of Object.getOwnPropertySymbols(error)) {
    if (Reflect.get(error, mark) === true) Object.defineProperty(copy, mark, { value: true });
  }
  for (const key of Object.keys(error)) {
    if (Object.hasOwn(copy, key)) continue;
    Object.defineProperty(copy, key, { value: again(Reflect.get(error, key)), enumerable: true });
  }
  return copy;
}
