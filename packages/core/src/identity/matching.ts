import type { Place } from '../journal/records.ts';
import type { World } from '../world/world.ts';
import type { CallAttempt, Entry } from './entry.ts';
import { Finder } from './finder.ts';
import type { History } from './history.ts';
import { isTakenOver } from './taken-over.ts';

/** What to do about a call whose input has changed. */
export type OnDrift = 'reuse' | 'rerun' | 'error';
/** What to do about a call that the journal cannot explain. */
export type OnDivergence = 'error' | 'rerun';

export interface MatchPolicy {
  /** Missing: reuse where the call states its shape, and its position proves that it is the same one; else error. */
  readonly onDrift: OnDrift | undefined;
  readonly onDivergence: OnDivergence;
}

/** What becomes of a call: it is a recorded one, or it is made. */
export interface Match {
  readonly entry: Entry | undefined;
  /** The entry's outcome does not count: its input has changed. */
  readonly rerun: boolean;
  readonly drifted: boolean;
}

/** Why a call could not be matched. */
export interface Mismatch {
  readonly call: CallAttempt;
  /** The call's input as JSON. */
  readonly input: string;
  readonly recorded: Entry;
  readonly reason: 'drift' | 'unproven-drift' | 'ambiguous' | 'unexplained';
}

/** Raises the error for a mismatch; it never returns to the program. */
export type OnMismatch = (mismatch: Mismatch) => never;

/** How long a call is held whose record depends on calls that input or a timer may still bring. */
export const UNDECIDED_MS = 2_000;

/** A call that asks which record it is. */
export interface Candidate {
  readonly call: CallAttempt;
  readonly input: string;
  /** Calls of its kind and name follow one another in its scope. */
  readonly sequential: boolean;
}

interface Held {
  readonly candidate: Candidate;
  resolve(match: Match): void;
  reject(error: unknown): void;
  timer: unknown;
}

const LIVE: Match = { entry: undefined, rerun: false, drifted: false };

/** Decides which record a call is, holding it while that is open. */
export class Matcher {
  readonly #history: History;
  readonly #finder: Finder;
  readonly #policy: MatchPolicy;
  readonly #world: World;
  readonly #onMismatch: OnMismatch;
  readonly #held = new Set<Held>();

  constructor(history: History, policy: MatchPolicy, world: World, onMismatch: OnMismatch) {
    this.#history = history;
    this.#finder = new Finder(history.lookup, history.replay?.changes ?? false);
    this.#policy = policy;
    this.#world = world;
    this.#onMismatch = onMismatch;
  }

  /** Some call is held. */
  get undecided(): boolean {
    return this.#held.size > 0;
  }

  /** The recorded call in this very place with this very input, which is nobody else's. */
  matchInPlace(place: Place, input: string): Match | undefined {
    const entry = this.#history.claims.areOpen ? this.#finder.inPlace(place, input) : undefined;
    return entry && this.#claim(entry, false, false);
  }

  match(candidate: Candidate): Match | Promise<Match> {
    if (!this.#history.claims.areOpen) return LIVE;
    const match = this.#decide(candidate, false);
    if (match) return match;
    return new Promise((resolve, reject) => {
      const held: Held = { candidate, resolve, reject, timer: undefined };
      held.timer = this.#world.setTimer(() => this.#settle(held, true), UNDECIDED_MS);
      this.#held.add(held);
    });
  }

  /** Looks at the held calls again: something was claimed, or all that the outcome of this id set off has come. */
  reconsider(drained?: string): void {
    for (const held of this.#held) {
      const { call } = held.candidate;
      const isAlone = drained !== undefined && call.trigger === drained && this.#finder.isFree(call);
      this.#settle(held, isAlone);
    }
  }

  #settle(held: Held, final: boolean): void {
    if (!this.#held.has(held)) return;
    try {
      const match = this.#decide(held.candidate, final);
      if (!match) return;
      this.#release(held);
      held.resolve(match);
    } catch (error) {
      this.#release(held);
      held.reject(error);
    }
  }

  #release(held: Held): void {
    this.#held.delete(held);
    this.#world.clearTimer(held.timer);
  }

  #decide(candidate: Candidate, final: boolean): Match | undefined {
    const finding = this.#finder.find(candidate.call, final, candidate.sequential);
    switch (finding.is) {
      case 'undecided':
        return undefined;
      case 'new':
        return LIVE;
      case 'known':
        return this.#claim(finding.entry, false, false);
      case 'drifted':
        return this.#drift(candidate, finding.entry, finding.proven);
      case 'unexplained': {
        if (this.#policy.onDivergence === 'rerun' || isTakenOver(finding.recorded)) return LIVE;
        const reason = finding.ambiguous ? 'ambiguous' : 'unexplained';
        return this.#onMismatch({ ...candidate, recorded: finding.recorded, reason });
      }
    }
  }

  #drift(candidate: Candidate, entry: Entry, proven: boolean): Match {
    const policy = this.#policy.onDrift ?? (proven ? defaultFor(candidate.call) : undefined);
    const isMeant = isTakenOver(entry) && this.#history.replay?.changes;
    if (policy === 'reuse' && !isMeant) return this.#claim(entry, true, false);
    if (policy === 'rerun' || isTakenOver(entry)) return this.#claim(entry, true, true);
    const reason = policy === 'error' ? 'drift' : 'unproven-drift';
    return this.#onMismatch({ ...candidate, recorded: entry, reason });
  }

  #claim(entry: Entry, drifted: boolean, rerun: boolean): Match {
    this.#history.claims.claim(entry);
    if (this.#held.size > 0) queueMicrotask(() => this.reconsider());
    return { entry, rerun, drifted };
  }
}

// Nothing tells a call with a changed input from one that was put in before it, but its shape.
function defaultFor({ shape }: CallAttempt): OnDrift {
  return shape === undefined ? 'error' : 'reuse';
}
