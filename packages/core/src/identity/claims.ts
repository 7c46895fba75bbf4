import type { Entry } from './entry.ts';
import type { Lookup } from './lookup.ts';
import { isInLowerStage } from './stages.ts';

/** Which recorded calls the running program has made again, has passed, or will not make. */
export class Claims {
  readonly #lookup: Lookup;
  #open: number;

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
    this.#open = lookup.entries.size;
  }

  /** Some recorded call has not been made again yet. */
  get areOpen(): boolean {
    return this.#open > 0;
  }

  /** A call has turned out to be this one. */
  claim(entry: Entry): void {
    if (entry.claimed) return;
    entry.claimed = true;
    this.#open--;
    if (entry.passed) this.#mark(entry, false);
  }

  /** The calls inside of a call whose outcome is known will not be made. */
  hideInside(entry: Entry): void {
    const scopes = [entry.start.id];
    for (let scope = scopes.pop(); scope !== undefined; scope = scopes.pop()) {
      for (const inner of this.#lookup.inside(scope)) {
        if (inner.claimed) continue;
        inner.settled = true;
        inner.claimed = true;
        this.#open--;
        scopes.push(inner.start.id);
      }
    }
  }

  /** A call has come to its end: nobody needs the outcomes inside of it. */
  leaveInside(entry: Entry): void {
    for (const inner of this.#lookup.inside(entry.start.id)) if (!inner.claimed) this.#settleWhole(inner);
  }

  /** A scope of this stage begins: nobody needs the outcomes in lower ones. Tells whether there were any. */
  leaveBehind(around: string, stage: number): boolean {
    let found = false;
    for (const entry of this.#lookup.entries.values()) {
      if (entry.claimed || entry.settled || !isInLowerStage(entry.start.scope, around, stage)) continue;
      found = true;
      this.#settleWhole(entry);
    }
    return found;
  }

  /** The program has done all that the outcome of this id set off at once. */
  pass(id: string): void {
    for (const entry of this.#lookup.byTrigger(id)) if (!entry.claimed && !entry.passed) this.#mark(entry, true);
  }

  #settleWhole(entry: Entry): void {
    entry.settled = true;
    this.leaveInside(entry);
  }

  // What hangs on a call that was passed is passed with it, and comes back with it.
  #mark(entry: Entry, passed: boolean): void {
    const open = [entry];
    for (let next = open.pop(); next; next = open.pop()) {
      next.passed = passed;
      const { id, scope } = next.start;
      const hanging = [this.#lookup.byTrigger(id), this.#lookup.inside(id), this.#lookup.byCause(`${scope}\n${id}`)];
      for (const child of hanging.flat()) if (!child.claimed && child.passed !== passed) open.push(child);
    }
  }
}
