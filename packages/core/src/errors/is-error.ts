import { types } from 'node:util';

/** Whether it is an error, be it one of another realm (`node:vm`, Jest), where `instanceof` says no. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}

/** An error of the same class, of whatever realm, with nothing of its own. */
export function emptyLike(error: Error): Error {
  const copy: Error = Object.setPrototypeOf(new Error(), Object.getPrototypeOf(error));
  delete copy.stack;
  return copy;
}
