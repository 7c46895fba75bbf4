import { encode } from '../journal/codec.ts';

/** An error as text; of what was thrown and cannot be stored, at least how it reads. */
export function errorText(error: unknown): string {
  try {
    return encode(error, 'error');
  } catch {
    return encode(new Error(String(error)), 'error');
  }
}

/** What a list shows of an error. */
export function summary(error: unknown): { name: string; message: string } {
  return error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: typeof error, message: String(error) };
}
