import { inspect } from 'node:util';
import { encode } from '../journal/codec.ts';
import { maskText } from '../secrets/text.ts';
import { maskError } from '../secrets/value.ts';

/** An error as text; of what was thrown and cannot be stored, at least how it reads. */
export function errorText(error: unknown): string {
  try {
    return encode(maskError(error), 'error');
  } catch {
    return encode(new Error(String(error)), 'error');
  }
}

/** What a list shows of an error. */
export function summary(error: unknown): { name: string; message: string } {
  return error instanceof Error
    ? { name: textOf(error.name), message: textOf(error.message) }
    : { name: typeof error, message: textOf(error) };
}

// Some throw errors whose message is an object.
function textOf(value: unknown): string {
  return maskText(typeof value === 'string' ? value : inspect(value));
}
