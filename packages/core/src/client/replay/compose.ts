import type { Entry } from '../../identity/entry.ts';
import type { History } from '../../identity/history.ts';
import { topScope } from '../../identity/scopes.ts';
import { handedAt } from '../../identity/taken-over.ts';
import type { CallEnd, CallStart, Epoch, JournalRecord, Payload, RecordHead, Spot } from '../../journal/records.ts';
import type { JournalView } from '../../journal/view.ts';
import type { Cut } from './cut.ts';

type Ended = Entry & { readonly end: CallEnd };

/** What a replay takes over, and from where. */
export interface Taking {
  readonly view: JournalView;
  readonly history: History;
  readonly cut: Cut;
  readonly anchor: Entry | undefined;
  readonly reuse: 'before' | 'unchanged';
}

/**
 * The records of its source that a replay begins with, each saying where it comes from. Texts that were kept apart are
 * in place, so that nothing refers to the source. `epoch`: what stands for the owners of the source.
 */
export async function takeOver(taking: Taking, epoch: Epoch): Promise<JournalRecord[]> {
  const { view, history, cut } = taking;
  const places = lastPlaces(view.records);
  const starts = startsOf(view.records, cut.begun);
  const ended = new Map(cut.ended.map((entry) => [entry.start.id, entry as Ended]));
  const lists = lastList(view.records, places, starts);
  const keepsTime = timesOf(taking);
  const seen = seenAmong(history, cut.ended);
  const records: JournalRecord[] = [];
  const add = async (head: RecordHead, input?: Payload, value?: Payload) => {
    records.push({
      head,
      ...(input === undefined ? {} : { input: await view.text(input) }),
      ...(value === undefined ? {} : { value: await view.text(value) }),
    });
  };

  let { runtime } = epoch;
  for (const [at, { head, input, value }] of view.records.entries()) {
    if (head.t === 'list') {
      if (at <= lists) await add(head, input, value);
    } else if (head.t === 'time') {
      if (keepsTime(head, at)) await add(head);
    } else if (head.t === 'epoch') {
      // Branches have the names that this release of the runtime has given them.
      if (head.runtime !== runtime) await add({ t: 'epoch', ...epoch, runtime: head.runtime });
      runtime = head.runtime;
    } else if (head.t === 'begun' || head.t === 'call' || head.t === 'ended') {
      const start = places.start.get(head.id) === at ? starts.get(head.id) : undefined;
      const entry = places.end.get(head.id) === at ? ended.get(head.id) : undefined;
      const moved = start && { ...start, seen: seen(start), source: start.source ?? view.execution };
      if (moved && entry) await add({ t: 'call', ...moved, ...endOf(entry) }, entry.input, entry.value);
      else if (moved) await add({ t: 'begun', ...moved }, input);
      else if (entry) await add({ t: 'ended', id: head.id, ...endOf(entry) }, undefined, entry.value);
    }
  }
  return records;
}

// A list's id is its number, so of the lists a first part is taken, without holes.
function lastList(records: readonly JournalRecord[], places: Places, starts: ReadonlyMap<string, CallStart>): number {
  let last = 0;
  for (const [at, { head }] of records.entries()) {
    if (head.t === 'origin') last = at;
    if (head.t !== 'begun' && head.t !== 'call' && head.t !== 'ended') continue;
    const isTaken = places.start.get(head.id) === at || places.end.get(head.id) === at;
    if (isTaken && starts.has(head.id)) last = at;
  }
  return last;
}

interface Places {
  readonly start: ReadonlyMap<string, number>;
  readonly end: ReadonlyMap<string, number>;
}

/** Where in the journal the last start and the last outcome of each call stand. */
function lastPlaces(records: readonly JournalRecord[]): Places {
  const start = new Map<string, number>();
  const end = new Map<string, number>();
  for (const [at, { head }] of records.entries()) {
    if (head.t === 'begun' || head.t === 'call') start.set(head.id, at);
    if (head.t === 'ended' || head.t === 'call') end.set(head.id, at);
  }
  return { start, end };
}

/** The last starts of these calls, as they were recorded. */
function startsOf(records: readonly JournalRecord[], ids: ReadonlySet<string>): Map<string, CallStart> {
  const starts = new Map<string, CallStart>();
  for (const { head } of records) {
    if ((head.t !== 'begun' && head.t !== 'call') || !ids.has(head.id)) continue;
    const { id, scope, cause, branch, kind, name, n, trigger, turn, digest, shape, seen, at } = head;
    const { variant, once, wait, source, override } = head;
    starts.set(
      id,
      defined({
        ...{ id, scope, cause, branch, kind, name, n, trigger, turn, digest, shape, seen, at },
        ...{ variant, once, wait, source, override },
      }) as CallStart,
    );
  }
  return starts;
}

// Where a call is one record, its end came with all of its start.
function endOf({ end: { ok, milliseconds, attempts, usage, by, stream } }: Ended): CallEnd {
  return defined({ ok, milliseconds, attempts, usage, by, stream }) as CallEnd;
}

function defined(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

/** How many of the outcomes that are taken over a call had seen when it began. */
function seenAmong(history: History, ended: readonly Entry[]): (start: CallStart) => number {
  // What the source had itself taken over is counted as it was there.
  const handed = ended.map((entry) => handedAt(history.entries, entry));
  const taken = ended.filter(({ start }) => start.source !== undefined).map(({ order }) => order);
  taken.sort((a, b) => a - b);
  return ({ source, seen }) => countBelow(source === undefined ? handed : taken, seen);
}

function countBelow(sorted: readonly number[], limit: number): number {
  let low = 0;
  for (let high = sorted.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a time that `now()` gave is taken over: it was given before the point of the replay. */
function timesOf({ view, history, cut, anchor, reuse }: Taking): (spot: Spot, at: number) => boolean {
  if (reuse === 'unchanged') return () => true;
  if (!anchor) return () => false;
  const kept = new Set(cut.ended.map(({ start }) => start.id));
  const end = view.records.findIndex(({ head }) => (head.t === 'ended' || head.t === 'call') && !kept.has(head.id));
  return ({ scope, cause }, at) => {
    if (end !== -1 && at > end) return false;
    if (cause === '' || kept.has(cause)) return true;
    // The first point in the body of a call that was under way.
    const around = topScope(scope);
    return cause === scope && around !== anchor.start.id && (around === '' || history.entries.has(around));
  };
}
