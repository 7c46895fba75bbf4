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
    while (open.length > 0) {
      const next = open.pop();
      if (!isObject(next) || seen.has(next)) continue;
      seen.add(next);
      for (const call of this.#calls.get(next) ?? []) calls.add(call);
      const errors = read(next, 'errors');
      open.push(read(next, 'cause'), ...(Array.isArray(errors) ? errors : []));
      if (!(next instanceof Error)) continue;
      const parts = Object.keys(next).map((key) => read(next, key));
      open.push(...parts.filter((part) => isObject(part) && this.#calls.has(part)));
    }
    return [...calls];
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** What stands in a field, unless it cannot be read. */
function read(object: object, key: string): unknown {
  try {
    return Reflect.get(object, key);
  } catch {
    return undefined;
  }
}
