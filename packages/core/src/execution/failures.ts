import type { Begun } from './begun.ts';

/** The errors that calls have thrown in this process, and which calls those were. */
export class Failures {
  readonly #calls = new WeakMap<object, Set<string>>();

  /** A call's failure reaches the program. */
  throwFrom({ start }: Begun, error: unknown): never {
    this.note(error, start.id);
    throw error;
  }

  /** A call throws this; so may the calls around it. */
  note(error: unknown, call: string): void {
    if (!isObject(error)) return;
    const calls = this.#calls.get(error);
    if (calls) calls.add(call);
    else this.#calls.set(error, new Set([call]));
  }

  /** A framework makes an error of its own of this one, which has `part` in it. */
  carry(error: unknown, part: object): void {
    for (const call of this.callsOf(error)) this.note(part, call);
  }

  /** The calls that an error comes from: its own, and those of what it was made of, or has in it. */
  callsOf(error: unknown): string[] {
    const calls = new Set<string>();
    const seen = new Set<unknown>();
    const open = [error];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (!isObject(next) || seen.has(next)) continue;
      seen.add(next);
      for (const call of this.#calls.get(next) ?? []) calls.add(call);
      const { cause, errors } = next as { cause?: unknown; errors?: unknown };
      open.push(cause, ...(Array.isArray(errors) ? errors : []));
      if (next instanceof Error)
        open.push(...Object.values(next).filter((part) => isObject(part) && this.#calls.has(part)));
    }
    return [...calls];
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
