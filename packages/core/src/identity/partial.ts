import type { Entry } from './entry.ts';
import { outward } from './scopes.ts';

/**
 * Scopes of which only a part is told again, for the framework keeps the results of some of its steps itself. What such
 * a step had asked for is never asked for again, and must hold nothing back. Each scope in a stage is such a step.
 */
export class PartialScopes {
  readonly #scopes: string[] = [];
  readonly #entries: ReadonlyMap<string, Entry>;

  constructor(entries: ReadonlyMap<string, Entry>) {
    this.#entries = entries;
  }

  add(scope: string): void {
    if (!this.#scopes.includes(scope)) this.#scopes.push(scope);
  }

  /** Whether what has to be handed out in a scope need not wait for an outcome that was recorded before it. */
  passesBy(entry: Entry, scope: string): boolean {
    if (this.#scopes.length === 0 || entry.claimed) return false;
    const other = entry.start.scope;
    return this.#isPartial(other) && this.#isPartial(scope) && this.#stepOf(other) !== this.#stepOf(scope);
  }

  #isPartial(scope: string): boolean {
    for (const at of outward(this.#entries, scope)) if (this.#scopes.includes(at)) return true;
    return false;
  }

  #stepOf(scope: string): string | undefined {
    for (const at of outward(this.#entries, scope)) if (/\/\d+\.[^/]*$/.test(at)) return at;
    return undefined;
  }
}
