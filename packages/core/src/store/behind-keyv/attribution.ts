import { AsyncLocalStorage } from 'node:async_hooks';
import type { KeyvLike } from '../keyv-like.ts';

interface Call {
  error?: { value: unknown };
}

const calls = new AsyncLocalStorage<Call>();
const wired = new WeakSet<KeyvLike>();

/**
 * Keyv tells many failures only by an event, and then answers as if all were well. From here on,
 * such an event belongs to the call during which it came.
 */
export function attributeErrors(keyv: KeyvLike): void {
  if (wired.has(keyv)) return;
  wired.add(keyv);
  keyv.on('error', (value) => {
    const call = calls.getStore();
    if (call !== undefined) call.error ??= { value };
  });
}

/** The outcome of the work; an error that was told by an event during it makes it fail. */
export async function attributed<T>(work: () => Promise<T>): Promise<T> {
  const call: Call = {};
  try {
    const value = await calls.run(call, work);
    if (call.error === undefined) return value;
  } catch (error) {
    // What the event told is what happened; what was thrown may be only that it did.
    throw call.error?.value ?? error;
  }
  throw call.error.value;
}
