import type { CallStart, End } from '../journal/records.ts';
import type { Entry } from './entry.ts';
import { outward } from './scopes.ts';
import { Stages } from './stages.ts';

/** Which failures the program went on after: those were for good, and the others may be tried again. */
export class Survival {
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #stages = new Stages();
  // The highest `seen` of the calls in a scope, and of those in it or inside of it.
  readonly #seenIn = new Map<string, number>();
  readonly #seenInside = new Map<string, number>();
  // How many outcomes there were when the execution failed over a failure of this scope; or over one of nobody knows what.
  readonly #failedOver = new Map<string, number>();
  #failedUnknown = -1;

  constructor(entries: ReadonlyMap<string, Entry>) {
    this.#entries = entries;
  }

  /** A call began. */
  noteStart({ scope, seen }: CallStart): void {
    this.#stages.note(scope, seen);
    raise(this.#seenIn, scope, seen);
    for (const around of outward(this.#entries, scope)) raise(this.#seenInside, around, seen);
  }

  /** The execution ended, when so many outcomes had been recorded. */
  noteEnd({ status, over }: End, recorded: number): void {
    if (status === 'failed' && !over) this.#failedUnknown = recorded;
    for (const id of over ?? []) {
      const entry = this.#entries.get(id);
      if (entry) entry.isFatal = true;
      else this.#failedOver.set(id, recorded);
    }
  }

  /** Whether the program went on after this failed call. */
  survived({ order, isFatal, start: { scope, source } }: Entry): boolean {
    if (isFatal) return false;
    // Only those were taken over that had been survived.
    if (source !== undefined) return true;
    if (this.#stages.isBehind(scope, order)) return true;
    return (this.#seenInside.get(scope) ?? -1) > order || this.#hasSeenAround(scope, order);
  }

  /** Whether the program went on after all that was recorded in this scope, and so over a failure of the scope itself. */
  wentOnAfter(scope: string): boolean {
    let order = this.#failedOver.get(scope) ?? this.#failedUnknown;
    for (const entry of this.#entries.values()) {
      if (entry.end && this.#isWithin(entry.start.scope, scope)) order = Math.max(order, entry.order);
    }
    return this.#stages.isBehind(scope, order) || this.#hasSeenAround(scope, order);
  }

  /** A call of a scope that this one is a named part of began after the outcome. */
  #hasSeenAround(scope: string, order: number): boolean {
    for (let at = scope.lastIndexOf('/'); at !== -1; at = at === 0 ? -1 : scope.lastIndexOf('/', at - 1)) {
      if ((this.#seenIn.get(scope.slice(0, at)) ?? -1) > order) return true;
    }
    return false;
  }

  #isWithin(scope: string, around: string): boolean {
    for (const at of outward(this.#entries, scope)) if (at === around) return true;
    return false;
  }
}

function raise(map: Map<string, number>, key: string, value: number): void {
  map.set(key, Math.max(map.get(key) ?? -1, value));
}
