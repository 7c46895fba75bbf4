import type { CallEnd, CallStart, Estimate, JournalRecord } from '../journal/records.ts';
import { callKey, isReplaced } from '../journal/records.ts';

/**
 * What came of an attempt at a model call. `possibly-paid`: it had begun, and its process was gone before an outcome
 * was recorded, or it was aborted. `in-flight`: its process is at work on it.
 */
export type AttemptStatus = 'made' | 'failed' | 'possibly-paid' | 'in-flight';

/** One attempt at a model call. */
export interface LedgerAttempt {
  readonly call: string;
  readonly name: string;
  readonly status: AttemptStatus;
  /** In milliseconds since the epoch. */
  readonly at: number;
  readonly milliseconds: number | undefined;
  /** In the provider's own words. */
  readonly usage: CallEnd['usage'];
  /** It failed, and nothing was done for it. */
  readonly isRefused: boolean;
  /** What it was taken to use, where a budget was kept. */
  readonly estimate: Estimate | undefined;
}

/**
 * Why a process had the calls served: it came after a crash, after a failure, after a wait that was planned, or to
 * replay another execution.
 */
export type ServedCause = 'recovery' | 'retry' | 'resume' | 'replay';

/** A model call whose outcome was served in place of being made and paid for again. */
export interface ServedCall {
  readonly call: string;
  readonly name: string;
  readonly cause: ServedCause;
  readonly at: number;
  /** When it was made. */
  readonly madeAt: number;
  readonly usage: CallEnd['usage'];
}

/** Calls of an execution's that are executions of their own, by what their ids end with. */
export interface ServedChild {
  /** The execution that had made the call, where it is another one. */
  readonly source: string | undefined;
  readonly key: string;
  readonly cause: ServedCause;
  readonly at: number;
}

/** What an execution's journal says of money. */
export interface Ledger {
  readonly attempts: readonly LedgerAttempt[];
  readonly served: readonly ServedCall[];
  readonly servedChildren: readonly ServedChild[];
}

const CAUSES = { running: 'recovery', waiting: 'resume', failed: 'retry', replay: 'replay' } as const;

interface Open {
  readonly at: number;
  readonly epoch: number;
  readonly estimate: Estimate | undefined;
}

interface Known {
  start: CallStart;
  /** Attempts that have begun and have no outcome. */
  open: Open[];
  made: {
    readonly at: number;
    readonly end: CallEnd;
    readonly start: CallStart;
    readonly estimate: Estimate | undefined;
  }[];
}

/**
 * Reads the ledger out of a journal's records. `isHeld`: the process that wrote the last ones is at work. `paying`: the
 * keys of the children in which model calls were made.
 */
export function readLedger(
  records: readonly JournalRecord[],
  isHeld: boolean,
  paying: ReadonlySet<string> = new Set(),
): Ledger {
  const calls = new Map<string, Known>();
  const servings: { readonly id: string; readonly cause: ServedCause; readonly at: number }[] = [];
  let epoch = 0;
  let cause: ServedCause = 'recovery';
  let since = 0;

  for (const { head } of records) {
    if (head.t === 'epoch') {
      epoch = head.epoch;
      since = head.at;
      cause = CAUSES[head.after ?? 'running'];
    } else if (head.t === 'begun' || head.t === 'call') {
      const call: Known = calls.get(head.id) ?? { start: head, open: [], made: [] };
      calls.set(head.id, call);
      call.start = head;
      if (head.t === 'call') settle(call, head, head.at);
      else if (head.source === undefined && !isReplaced(head) && !head.guarded)
        call.open.push({ at: head.at, epoch, estimate: undefined });
    } else if (head.t === 'again') calls.get(head.id)?.open.push({ at: head.at, epoch, estimate: head.estimate });
    else if (head.t === 'ended') {
      const call = calls.get(head.id);
      if (call) settle(call, head, call.start.at);
    } else if (head.t === 'served') for (const id of head.ids) servings.push({ id, cause, at: since });
  }

  function settle({ open, made, start }: Known, end: CallEnd, otherwise: number): void {
    // What an earlier process had begun stays open: nobody knows what came of it.
    const own = open.filter((attempt) => attempt.epoch === epoch);
    open.splice(0, open.length, ...open.filter((attempt) => attempt.epoch !== epoch));
    const tries = end.attempts ?? [];
    for (const [i, { at, milliseconds, error }] of tries.entries()) {
      if (error && i < tries.length - 1)
        made.push({ at, end: { ok: false, milliseconds }, start, estimate: own[i]?.estimate });
    }
    const last = own.at(-1);
    if (!end.unmade) made.push({ at: last?.at ?? otherwise, end, start, estimate: last?.estimate });
  }

  const isModelsOwn = ({ start }: Known) =>
    start.kind === 'llm' || (start.kind === 'flow' && paying.has(callKey(start)));
  const encloses = new Set([...calls.values()].filter(isModelsOwn).flatMap(around));
  function around({ start }: Known): string[] {
    const ids: string[] = [];
    let scope = start.scope.split('/')[0] ?? '';
    while (scope !== '') {
      ids.push(scope);
      scope = calls.get(scope)?.start.scope.split('/')[0] ?? '';
    }
    return ids;
  }

  // What encloses another model call was paid for there.
  const isPaid = ({ start }: Known) => start.kind === 'llm' && !encloses.has(start.id);
  const attempts: LedgerAttempt[] = [];
  for (const known of calls.values()) {
    if (!isPaid(known)) continue;
    const { start, open, made } = known;
    const line = { call: start.id, name: start.name };
    for (const attempt of open) {
      const status = isHeld && attempt.epoch === epoch ? 'in-flight' : 'possibly-paid';
      const { at, estimate } = attempt;
      attempts.push({ ...line, status, at, milliseconds: undefined, usage: undefined, isRefused: false, estimate });
    }
    for (const { at, end, start: how, estimate } of made) {
      if (how.source !== undefined || isReplaced(how)) continue;
      attempts.push({
        ...line,
        status: end.ok ? 'made' : 'failed',
        at,
        milliseconds: end.milliseconds,
        usage: end.usage,
        isRefused: end.refused ?? false,
        estimate,
      });
    }
  }
  attempts.sort((a, b) => a.at - b.at);

  // An outcome that is served hides what stands inside of its call.
  const inside = new Map<string, Known[]>();
  for (const known of calls.values()) {
    for (const id of [known.start.id, ...around(known)]) inside.set(id, [...(inside.get(id) ?? []), known]);
  }
  const served: ServedCall[] = [];
  const servedChildren: ServedChild[] = [];
  for (const { id, cause: why, at } of servings) {
    for (const known of inside.get(id) ?? []) {
      const { start } = known;
      const last = known.made.at(-1);
      if (!last || isReplaced(last.start)) continue;
      if (start.kind === 'flow') servedChildren.push({ source: start.source, key: callKey(start), cause: why, at });
      if (isPaid(known) && last.end.ok) {
        served.push({ call: start.id, name: start.name, cause: why, at, madeAt: last.at, usage: last.end.usage });
      }
    }
  }
  return { attempts, served, servedChildren };
}
