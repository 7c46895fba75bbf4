import type { Place } from '../journal/records.ts';
import type { CallAttempt, Entry } from './entry.ts';
import { type Finding, known, NEW, UNDECIDED, unexplained } from './finding.ts';
import type { Lookup } from './lookup.ts';
import { causeKey, contentKey, isAlike, isElsewhere, isProven, isSameBranch, isSameDrain, isSibling } from './place.ts';
import { isTakenOver } from './taken-over.ts';

/**
 * Which recorded call a call of the running program is.
 *
 * Two things are sure. A call in the same place with the same input is the recorded one. And every call that
 * had begun when an outcome was recorded is in the journal up to that outcome, so a call that is not there
 * began later. Where neither settles it, the call is held until other calls have claimed what is theirs.
 */
export class Finder {
  readonly #lookup: Lookup;
  /** It is a replay in which inputs are meant to change. */
  readonly #isChanged: boolean;
  // No call has been found in another branch than the one where it was recorded.
  #isSteady = true;
  // A call has come with another input than before.
  #hasDrifted: boolean;

  constructor(lookup: Lookup, isChanged: boolean) {
    this.#lookup = lookup;
    this.#isChanged = isChanged;
    this.#hasDrifted = isChanged;
  }

  /** The recorded call in this very place, where it had this very input. */
  inPlace(place: Place, input: string): Entry | undefined {
    if (place.branch === undefined) return undefined;
    const entry = this.#lookup.inPlace(place);
    return entry && !entry.claimed && entry.input === input ? entry : undefined;
  }

  /**
   * Which recorded call this one is. `final`: no other call will claim anything before this is decided.
   * `sequential`: calls of one kind and name follow one another in this scope.
   */
  find(call: CallAttempt, final: boolean, sequential: boolean): Finding {
    const exact = this.#lookup.inPlace(call);
    if (exact && !exact.claimed && exact.start.digest === call.digest) return this.#knownOrAmbiguous(exact, call);

    const siblings = this.#siblings(call);
    const namesakes = siblings.filter(({ start }) => start.kind === call.kind && start.name === call.name);
    namesakes.sort(({ start: a }, { start: b }) => a.turn - b.turn || a.n - b.n);
    return (
      this.#findTwin(call, namesakes, final) ??
      this.#findDrifted(call, namesakes, sequential) ??
      (final ? this.#settle(call, siblings, namesakes) : this.#isOpen(call, siblings) ? UNDECIDED : NEW)
    );
  }

  /**
   * All that this call may turn out to be, or stand in the way of, a replay has taken over from another execution, and
   * at most one of them has its input: whatever is decided, it is served nothing but that.
   */
  isFree(call: CallAttempt): boolean {
    const alike = this.#alike(call);
    return alike.length <= (this.#isChanged ? 1 : 0) && [...this.#siblings(call), ...alike].every(isTakenOver);
  }

  // The same input after the same cause. In another branch, the call of that branch may still come.
  #findTwin(call: CallAttempt, namesakes: readonly Entry[], final: boolean): Finding | undefined {
    const twins = namesakes.filter(({ start }) => start.digest === call.digest);
    const twin =
      twins.find(({ start }) => isSameBranch(start, call)) ??
      twins.find(({ start }) => isSameDrain(start, call)) ??
      twins[0];
    if (!twin) return undefined;
    if (this.#isSteady && isElsewhere(twin.start, call) && !isSameDrain(twin.start, call)) {
      if (!final) return UNDECIDED;
      // Nobody came: the branch has another name now, and others may have. Do not wait each time.
      this.#isSteady = false;
    }
    return this.#knownOrAmbiguous(twin, call);
  }

  // Another input, where there is no doubt that it is the same call.
  #findDrifted(call: CallAttempt, namesakes: readonly Entry[], sequential: boolean): Finding | undefined {
    const [entry, another] = namesakes;
    if (!entry || entry.start.shape !== call.shape || this.#alike(call).length > 0) return undefined;
    // Where inputs are meant to change, those that began together are first given what is theirs.
    const mayWait = this.#isChanged && call.trigger !== undefined;
    const isSure = sequential || (this.#hasDrifted && !mayWait && !another && isProven(entry.start, call));
    return isSure ? { is: 'drifted', entry, proven: true } : undefined;
  }

  /** Some recorded call is still to be claimed that this one may turn out to be, or to stand in the way of. */
  #isOpen(call: CallAttempt, siblings: readonly Entry[]): boolean {
    return siblings.length > 0 || this.#alike(call).length > 0;
  }

  // Nothing more will come. What is left in this place was moved, has changed, or is not there any more.
  #settle(call: CallAttempt, siblings: readonly Entry[], namesakes: readonly Entry[]): Finding {
    const [moved, another] = this.#alike(call).filter((entry) => entry.passed);
    if (moved) return another ? unexplained(moved, true) : known(moved);

    const inPlace = namesakes.find(({ start }) => isProven(start, call) || !isElsewhere(start, call)) ?? namesakes[0];
    if (inPlace) {
      if (inPlace.start.shape !== call.shape) return unexplained(inPlace, false);
      // Nobody else came: inputs change here, and where a place is proven there is no need to wait again.
      this.#hasDrifted = true;
      return { is: 'drifted', entry: inPlace, proven: isProven(inPlace.start, call) };
    }
    const inTheWay = siblings.find(({ start, passed }) => passed || isProven(start, call) || !isElsewhere(start, call));
    return inTheWay ? unexplained(inTheWay, false) : NEW;
  }

  #siblings(call: CallAttempt): Entry[] {
    return unclaimed(this.#lookup.byCause(causeKey(call)));
  }

  #alike(call: CallAttempt): Entry[] {
    return unclaimed(this.#lookup.byContent(contentKey(call)));
  }

  #knownOrAmbiguous(entry: Entry, call: CallAttempt): Finding {
    return this.#isAmbiguous(entry, call) ? unexplained(entry, true) : known(entry);
  }

  // Calls of the same name and input that ran at the same time, in an order that the code did not decide:
  // position among them proves nothing.
  #isAmbiguous(entry: Entry, call: CallAttempt): boolean {
    const { start } = entry;
    if (isSameBranch(start, call)) return false;
    const isDrain = isSameDrain(start, call);
    // Without names of branches, the order inside of a drain is all there is.
    if (isDrain && !isElsewhere(start, call)) return false;
    for (const other of this.#lookup.byCause(causeKey(start))) {
      if (other === entry || !isAlike(other.start, start) || isSibling(other.start, start)) continue;
      if (isDrain && !isSameDrain(other.start, call)) continue;
      // From callbacks that continue no promise, even calls that came one after the other may come in another order.
      if (start.branch === undefined) return true;
      const apart =
        other.start.seen > (entry.end ? entry.order : Number.POSITIVE_INFINITY) ||
        start.seen > (other.end ? other.order : Number.POSITIVE_INFINITY);
      if (!apart) return true;
    }
    return false;
  }
}

function unclaimed(entries: readonly Entry[]): Entry[] {
  return entries.filter((entry) => !entry.claimed);
}
