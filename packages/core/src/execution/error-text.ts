import { inspect } from 'node:util';
import { isError } from '../errors/is-error.ts';
import { encode } from '../journal/codec.ts';
import { maskText } from '../secrets/text.ts';
import { maskError } from '../secrets/value.ts';

/** An error as text; of what was thrown and cannot be stored, at least how it reads. */
export function errorText(error: unknown): string {
  try {
    // An error is masked as it is written; what else is thrown has only this.
    return encode(isError(error) ? error : maskError(error), 'error');
  } catch {
    return encode(new Error(textOf(error)), 'error');
  }
}

/** What a list shows of an error. */
export function summary(error: unknown): { name: string; message: string } {
  return isError(error)
    ? { name: textOf(error.name), message: textOf(error.message) }
    : { name: typeof error, message: textOf(error) };
}

// Some throw errors whose message is an object.
function textOf(value: unknown): string {
  return maskText(typeof value === 'string' ? value : inspect(value));
}
