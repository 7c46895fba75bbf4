import type {
  CallEnd,
  CallOverride,
  CallStart,
  JournalRecord,
  Payload,
  Place,
  ReplayOrigin,
} from '../journal/records.ts';
import { RUNTIME } from './branch.ts';
import type { CallAttempt, Entry } from './entry.ts';
import { type Finding, known, NEW, UNDECIDED, unexplained } from './finding.ts';
import {
  causeKey,
  contentKey,
  isAlike,
  isElsewhere,
  isProven,
  isSameBranch,
  isSameDrain,
  isSibling,
  placeKey,
  spotKey,
  topScope,
  withoutBranch,
} from './place.ts';

/** A call that a replay changes, with its new input or its outcome. */
export interface RecordedOverride {
  readonly head: CallOverride;
  readonly input: Payload | undefined;
  readonly value: Payload | undefined;
}

/**
 * The calls that a journal holds, and the question which of them a call of the running program is.
 *
 * Two things are sure. A call in the same place with the same input is the recorded one. And every call that
 * had begun when an outcome was recorded is in the journal up to that outcome, so a call that is not there
 * began later. Where neither settles it, the call is held until other calls have claimed what is theirs.
 */
export class History {
  readonly entries: Map<string, Entry> = new Map();
  /** In the order in which they were handed out; superseded ones are not in it. */
  readonly outcomes: Entry[] = [];
  readonly #places = new Map<string, Entry>();
  #causes: Map<string, Entry[]> | undefined;
  #contents: Map<string, Entry[]> | undefined;
  readonly #triggers = new Map<string, Entry[]>();
  readonly #scopes = new Map<string, Entry[]>();
  // The highest `seen` of the calls in a scope, and of those in it or inside of it.
  readonly #seenIn = new Map<string, number>();
  readonly #seenInside = new Map<string, number>();
  #unclaimed = 0;
  // The records being read are of this release of the runtime, so their branches have the names of now.
  #isComparable = true;
  // No call has been found in another branch than the one where it was recorded.
  #isSteady = true;
  // A call has come with another input than before.
  #hasDrifted = false;

  /** The times that `now()` gave, and the spots at which something was logged. */
  readonly times: Map<string, number> = new Map();
  readonly logs: Set<string> = new Set();
  /** What it was made from, where it is a replay, and what that changes. */
  replay: ReplayOrigin | undefined;
  readonly overrides: RecordedOverride[] = [];
  /** How many outcomes the journal has recorded, superseded ones included. */
  recorded = 0;
  /** The highest turn of any record. */
  turn = 0;

  constructor(records: readonly JournalRecord[]) {
    for (const record of records) this.#take(record);
    for (const entry of this.entries.values()) this.#index(entry);
    for (const entry of this.entries.values()) if (entry.handed !== undefined) this.outcomes.push(entry);
    this.outcomes.sort((a, b) => (a.handed as number) - (b.handed as number));
    this.#unclaimed = this.entries.size;
  }

  /** Some recorded call has not been made again yet. */
  get active(): boolean {
    return this.#unclaimed > 0;
  }

  /** The recorded call in this very place, where it had this very input. */
  inPlace(place: Place, input: string): Entry | undefined {
    if (place.branch === undefined) return undefined;
    const entry = this.#places.get(placeKey(place));
    return entry && !entry.claimed && entry.input === input ? entry : undefined;
  }

  /**
   * Which recorded call this one is. `final`: no other call will claim anything before this is decided.
   * `sequential`: calls of one kind and name follow one another in this scope.
   */
  find(call: CallAttempt, final: boolean, sequential: boolean): Finding {
    const exact = this.#places.get(placeKey(call));
    if (exact && !exact.claimed && exact.start.digest === call.digest) return this.#knownOrAmbiguous(exact, call);

    const siblings = unclaimed(this.#byCause.get(causeKey(call)));
    const namesakes = siblings.filter(({ start }) => start.kind === call.kind && start.name === call.name);
    namesakes.sort(({ start: a }, { start: b }) => a.turn - b.turn || a.n - b.n);
    return (
      this.#findTwin(call, namesakes, final) ??
      this.#findDrifted(call, namesakes, sequential) ??
      (final ? this.#settle(call, siblings, namesakes) : this.#isOpen(call, siblings) ? UNDECIDED : NEW)
    );
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
    const mayWait = this.replay?.changes && call.trigger !== undefined;
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

  #alike(call: CallAttempt): Entry[] {
    return unclaimed(this.#byContent.get(contentKey(call)));
  }

  /**
   * All that this call may turn out to be, or stand in the way of, a replay has taken over from another execution, and
   * at most one of them has its input: whatever is decided, it is served nothing but that.
   */
  isFree(call: CallAttempt): boolean {
    const siblings = unclaimed(this.#byCause.get(causeKey(call)));
    const alike = this.#alike(call);
    const isTakenOver = ({ start }: Entry) => start.source !== undefined;
    return alike.length <= (this.replay?.changes ? 1 : 0) && [...siblings, ...alike].every(isTakenOver);
  }

  /** A call has turned out to be this one. */
  claim(entry: Entry): void {
    if (entry.claimed) return;
    entry.claimed = true;
    this.#unclaimed--;
    if (entry.passed) this.#mark(entry, false);
  }

  /** The calls inside of a call whose outcome is known will not be made. */
  hideInside(entry: Entry): void {
    const scopes = [entry.start.id];
    for (let scope = scopes.pop(); scope !== undefined; scope = scopes.pop()) {
      for (const inner of this.#scopes.get(scope) ?? []) {
        if (inner.claimed) continue;
        inner.settled = true;
        inner.claimed = true;
        this.#unclaimed--;
        scopes.push(inner.start.id);
      }
    }
  }

  /** The program has done all that the outcome of this id set off at once. */
  passed(id: string): void {
    for (const entry of this.#triggers.get(id) ?? []) {
      if (!entry.claimed && !entry.passed) this.#mark(entry, true);
    }
  }

  /** Whether the program went on after this failed call: then it failed for good, else it may be tried again. */
  survived(entry: Entry): boolean {
    const { order } = entry;
    let { scope, source } = entry.start;
    // Only those were taken over that had been survived.
    if (source !== undefined) return true;
    if ((this.#seenInside.get(scope) ?? -1) > order) return true;
    while (scope.includes('/')) {
      scope = scope.slice(0, scope.lastIndexOf('/'));
      if ((this.#seenIn.get(scope) ?? -1) > order) return true;
    }
    return false;
  }

  /**
   * Whether a recorded call is one of this execution's own: it was made here, or a replay has come by and was served
   * what it had taken over.
   */
  isPart(entry: Entry): boolean {
    if (entry.start.source === undefined || entry.handed !== undefined) return true;
    return entry.end !== undefined && this.#servedAround(entry) !== undefined;
  }

  /** The place of an outcome among all that were handed out; of one inside of a call that was served, that call's. */
  handed(entry: Entry): number {
    return entry.handed ?? this.#servedAround(entry)?.handed ?? entry.order;
  }

  #servedAround(entry: Entry): Entry | undefined {
    let around: Entry | undefined = entry;
    do around = this.entries.get(topScope(around.start.scope));
    while (around?.start.source !== undefined && around.handed === undefined);
    return around?.start.source === undefined ? undefined : around;
  }

  /** The names, unique in the execution, of the waits that were opened. */
  waitNames(): Set<string> {
    const names = new Set<string>();
    for (const { start } of this.entries.values()) if (start.wait) names.add(start.wait.as);
    return names;
  }

  #take({ head, input, value }: JournalRecord): void {
    if (head.t === 'epoch') this.#isComparable = head.runtime === RUNTIME;
    else if (head.t === 'begun' || head.t === 'call') {
      this.#start(this.#isComparable ? head : withoutBranch(head), input);
      if (head.t === 'call') this.#end(head.id, head, value);
    } else if (head.t === 'origin') {
      this.replay = head.replay;
      this.#hasDrifted = head.replay?.changes ?? false;
    } else if (head.t === 'override') this.overrides.push({ head, input, value });
    else if (head.t === 'reused') {
      const entry = this.entries.get(head.id);
      const handed = this.recorded++;
      if (entry) entry.handed = handed;
    } else if (head.t === 'ended') this.#end(head.id, head, value);
    else if (head.t === 'shown') {
      const entry = this.entries.get(head.id);
      if (entry) entry.shown = head.chunks;
    } else if (head.t === 'time') this.times.set(spotKey(head), head.ms);
    else if (head.t === 'log') this.logs.add(spotKey(head));
    else if (head.t === 'refused') {
      const entry = this.entries.get(head.id);
      if (entry) entry.refused = { count: head.attempt, reason: head.reason };
    }
  }

  #start(start: CallStart, input: Payload | undefined): void {
    const known = this.entries.get(start.id);
    // What begins again is open again.
    if (known) Object.assign(known, { start, input, end: undefined, handed: undefined, begun: known.begun + 1 });
    else {
      this.entries.set(start.id, {
        start,
        input,
        end: undefined,
        order: 0,
        handed: undefined,
        value: undefined,
        begun: 1,
        shown: 0,
        refused: { count: 0, reason: undefined },
        claimed: false,
        passed: false,
        settled: false,
      });
    }
    this.turn = Math.max(this.turn, start.turn);
    raise(this.#seenIn, start.scope, start.seen);
    for (let scope: string | undefined = start.scope; scope !== undefined; scope = this.#scopeAround(scope)) {
      raise(this.#seenInside, scope, start.seen);
    }
  }

  #end(id: string, end: CallEnd, value: Payload | undefined): void {
    const entry = this.entries.get(id);
    const order = this.recorded++;
    if (!entry) return;
    const isLate = entry.start.source !== undefined && order >= (this.replay?.before ?? 0);
    Object.assign(entry, { end, order, value, handed: isLate ? undefined : order });
  }

  #index(entry: Entry): void {
    const { start } = entry;
    this.#places.set(placeKey(start), entry);
    if (start.trigger !== undefined) push(this.#triggers, start.trigger, entry);
    push(this.#scopes, topScope(start.scope), entry);
  }

  // Where every call is in its old place with its old input, these two are never asked for.
  get #byCause(): Map<string, Entry[]> {
    this.#causes ??= grouped(this.entries, causeKey);
    return this.#causes;
  }

  get #byContent(): Map<string, Entry[]> {
    this.#contents ??= grouped(this.entries, contentKey);
    return this.#contents;
  }

  /** The scope in which the call stands whose body is, or encloses, this scope. */
  #scopeAround(scope: string): string | undefined {
    if (scope === '') return undefined;
    const named = scope.lastIndexOf('/');
    if (named !== -1) return scope.slice(0, named);
    return this.entries.get(scope)?.start.scope;
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
    for (const other of this.#byCause.get(causeKey(start)) ?? []) {
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

  // What hangs on a call that was passed is passed with it, and comes back with it.
  #mark(entry: Entry, passed: boolean): void {
    const open = [entry];
    for (let next = open.pop(); next; next = open.pop()) {
      next.passed = passed;
      const { id } = next.start;
      for (const list of [
        this.#triggers.get(id),
        this.#scopes.get(id),
        this.#byCause.get(`${next.start.scope}\n${id}`),
      ]) {
        for (const child of list ?? []) if (!child.claimed && child.passed !== passed) open.push(child);
      }
    }
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function grouped(entries: ReadonlyMap<string, Entry>, key: (start: CallStart) => string): Map<string, Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries.values()) push(groups, key(entry.start), entry);
  return groups;
}

function raise(map: Map<string, number>, key: string, value: number): void {
  map.set(key, Math.max(map.get(key) ?? -1, value));
}

function unclaimed(entries: readonly Entry[] = []): Entry[] {
  return entries.filter((entry) => !entry.claimed);
}
