import type { CallEnd, CallOverride, CallStart, JournalRecord, Payload, ReplayOrigin } from '../journal/records.ts';
import { RUNTIME } from './branch.ts';
import { Claims } from './claims.ts';
import type { Entry } from './entry.ts';
import { Lookup } from './lookup.ts';
import { PartialScopes } from './partial.ts';
import { spotKey, withoutBranch } from './place.ts';
import { Survival } from './survival.ts';

/** A call that a replay changes, with its new input or its outcome. */
export interface RecordedOverride {
  readonly head: CallOverride;
  readonly input: Payload | undefined;
  readonly value: Payload | undefined;
}

/** What a journal tells of an execution: its calls with their outcomes, and what else it has noted. */
export class History {
  readonly entries: Map<string, Entry> = new Map();
  /** In the order in which they were first handed out: one that was made again stands where what depends on it expects it. */
  readonly outcomes: Entry[] = [];
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

  readonly lookup: Lookup = new Lookup(this.entries);
  readonly claims: Claims;
  readonly survival: Survival = new Survival(this.entries);
  readonly partial: PartialScopes = new PartialScopes(this.entries);
  // The records being read are of this release of the runtime, so their branches have the names of now.
  #isComparable = true;

  constructor(records: readonly JournalRecord[]) {
    for (const record of records) this.#take(record);
    for (const entry of this.entries.values()) if (entry.handed !== undefined) this.outcomes.push(entry);
    this.outcomes.sort((a, b) => a.first - b.first);
    this.claims = new Claims(this.lookup);
  }

  /** The names, unique in the execution, of the waits that were opened. */
  waitNames(): Set<string> {
    const names = new Set<string>();
    for (const { start } of this.entries.values()) if (start.wait) names.add(start.wait.as);
    return names;
  }

  #take({ head, input, value }: JournalRecord): void {
    switch (head.t) {
      case 'epoch':
        this.#isComparable = head.runtime === RUNTIME;
        break;
      case 'origin':
        this.replay = head.replay;
        break;
      case 'override':
        this.overrides.push({ head, input, value });
        break;
      case 'begun':
        this.#start(head, input);
        break;
      case 'call':
        this.#start(head, input);
        this.#end(head.id, head, value);
        break;
      case 'ended':
        this.#end(head.id, head, value);
        break;
      case 'reused':
        this.#reuse(head.id);
        break;
      case 'shown':
        this.#change(head.id, { shown: head.chunks });
        break;
      case 'refused':
        this.#change(head.id, { refused: { count: head.attempt, reason: head.reason } });
        break;
      case 'time':
        this.times.set(spotKey(head), head.ms);
        break;
      case 'log':
        this.logs.add(spotKey(head));
        break;
      case 'end':
        this.survival.noteEnd(head, this.recorded);
        break;
    }
  }

  #start(head: CallStart, input: Payload | undefined): void {
    const start = this.#isComparable ? head : withoutBranch(head);
    const known = this.entries.get(start.id);
    // What begins again is open again.
    if (known) Object.assign(known, { start, input, end: undefined, handed: undefined, begun: known.begun + 1 });
    else this.entries.set(start.id, begunEntry(start, input));
    this.turn = Math.max(this.turn, start.turn);
    this.survival.noteStart(start);
  }

  #end(id: string, end: CallEnd, value: Payload | undefined): void {
    const entry = this.entries.get(id);
    const order = this.recorded++;
    if (!entry) return;
    const isLate = entry.start.source !== undefined && order >= (this.replay?.before ?? 0);
    const first = isLate ? entry.first : Math.min(entry.first, order);
    Object.assign(entry, { end, order, first, value, handed: isLate ? undefined : order, isFatal: false });
  }

  #reuse(id: string): void {
    const entry = this.entries.get(id);
    const handed = this.recorded++;
    if (entry) Object.assign(entry, { handed, first: Math.min(entry.first, handed) });
  }

  #change(id: string, to: Partial<Entry>): void {
    const entry = this.entries.get(id);
    if (entry) Object.assign(entry, to);
  }
}

function begunEntry(start: CallStart, input: Payload | undefined): Entry {
  return {
    start,
    input,
    end: undefined,
    order: 0,
    first: Number.POSITIVE_INFINITY,
    handed: undefined,
    value: undefined,
    isFatal: false,
    begun: 1,
    shown: 0,
    refused: { count: 0, reason: undefined },
    claimed: false,
    passed: false,
    settled: false,
  };
}
