import type { World } from '../world/world.ts';
import type { Entry } from './entry.ts';
import type { History } from './history.ts';
import { UNDECIDED_MS } from './matching.ts';
import type { PartialScopes } from './partial.ts';

/**
 * Serves recorded outcomes in the order in which they were recorded, and new ones after them, so that a race has
 * the same winner. One that nobody has asked for yet holds the later ones back, until the program is known to
 * have passed it.
 */
export class Serving {
  readonly #outcomes: readonly Entry[];
  readonly #world: World;
  readonly #partial: PartialScopes;
  #next = 0;
  #waiting = new Map<Entry, () => void>();
  #newcomers: { readonly scope: string; readonly resolve: () => void }[] = [];
  #timer: unknown;

  constructor({ outcomes, partial }: Pick<History, 'outcomes' | 'partial'>, world: World) {
    this.#outcomes = outcomes;
    this.#partial = partial;
    this.#world = world;
  }

  get idle(): boolean {
    return this.#waiting.size === 0 && this.#newcomers.length === 0;
  }

  /**
   * Resolves when it is this outcome's turn; at once, with `undefined`, where it already is. The turn lasts until
   * the entry is settled.
   */
  turnOf(entry: Entry): Promise<void> | undefined {
    this.#skip();
    const place = this.#outcomes.indexOf(entry, this.#next);
    // The program was taken to have passed it, and came by later.
    if (place === -1) return undefined;
    if (place === this.#next) {
      this.#stopTimer();
      return undefined;
    }
    if (this.#isFree(entry.start.scope, place)) return undefined;
    return new Promise((resolve) => {
      this.#waiting.set(entry, resolve);
      this.advance();
    });
  }

  /** Resolves when a new outcome may be handed out in a scope; at once, with `undefined`, where no recorded one is left. */
  caughtUp(scope: string): Promise<void> | undefined {
    this.#skip();
    if (this.#isFree(scope)) return undefined;
    return new Promise((resolve) => {
      this.#newcomers.push({ scope, resolve });
      this.advance();
    });
  }

  /** Goes on as far as it can: an outcome was handed out, passed over, or will not be needed. */
  advance(): void {
    this.#skip();
    const entry = this.#outcomes[this.#next];
    const resolve = entry && this.#waiting.get(entry);
    if (entry && resolve) {
      this.#waiting.delete(entry);
      this.#stopTimer();
      resolve();
      return;
    }
    for (const [waiting, goOn] of this.#waiting) {
      if (!this.#isFree(waiting.start.scope, this.#outcomes.indexOf(waiting, this.#next))) continue;
      this.#waiting.delete(waiting);
      goOn();
    }
    this.#newcomers = this.#newcomers.filter(({ scope, resolve: goOn }) => {
      if (!this.#isFree(scope)) return true;
      goOn();
      return false;
    });
    if (!this.idle) this.#startTimer();
  }

  /** Nothing before this place, of what is still to be handed out, has to be waited for in the scope. */
  #isFree(scope: string, place: number = this.#outcomes.length): boolean {
    for (let at = this.#next; at < place; at++) {
      const entry = this.#outcomes[at] as Entry;
      if (!entry.settled && !this.#partial.passesBy(entry, scope)) return false;
    }
    return true;
  }

  #skip(): void {
    for (let entry = this.#outcomes[this.#next]; entry; entry = this.#outcomes[++this.#next]) {
      if (!entry.settled) return;
      if (this.#waiting.has(entry)) return;
    }
  }

  #startTimer(): void {
    this.#timer ??= this.#world.setTimer(() => {
      this.#timer = undefined;
      // Nobody has come for any of these.
      do this.#next++;
      while (this.#next < this.#outcomes.length && !this.#waiting.has(this.#outcomes[this.#next] as Entry));
      this.advance();
    }, UNDECIDED_MS);
  }

  #stopTimer(): void {
    if (this.#timer === undefined) return;
    this.#world.clearTimer(this.#timer);
    this.#timer = undefined;
  }
}
