import { hash } from 'node:crypto';
import type { Scope, Step, Work } from '../identity/ambient.ts';
import type { CallAttempt, Entry } from '../identity/entry.ts';
import type { Match } from '../identity/matching.ts';
import { placeKey } from '../identity/place.ts';
import { canonicalDigest, digest } from '../journal/digest.ts';
import type { CallStart, JournalRecord, Place } from '../journal/records.ts';
import type { Execution } from './execution.ts';
import type { CallIdentity } from './spec.ts';

/** A call that has begun: its place is taken, and it is known whether it was recorded. */
export interface Begun {
  readonly start: CallStart;
  readonly match: Match;
  readonly scope: Scope;
  /** The input as it is stored. */
  readonly input: string;
  readonly work: Work;
}

/** Begins a call in the place that it has taken, and finds out whether it was recorded. */
export function beginCall(
  execution: Execution,
  step: Step,
  identity: CallIdentity,
  extra?: Partial<CallStart>,
): Begun | Promise<Begun> {
  const { cause, next, isFirst } = step;
  if (isFirst) next.first.trigger = execution.drains.current;
  const moment = {
    trigger: next.first.trigger,
    turn: execution.turnOf(next.turn),
    seen: execution.outcomes.seen,
    at: execution.context.world.now(),
  };
  const recognise = () => recogniseCall(execution, step, identity, moment, extra);
  const begun = cause.id === undefined ? (cause.decided ?? Promise.resolve()).then(recognise) : recognise();
  if (begun instanceof Promise) next.decided = begun.then(ignore, ignore);
  return begun;
}

interface Moment {
  readonly trigger: string | undefined;
  readonly turn: number;
  readonly seen: number;
  readonly at: number;
}

function recogniseCall(
  execution: Execution,
  { scope, cause, next, n }: Step,
  { kind, name, input: value, digest: told, shape }: CallIdentity,
  { trigger, turn, seen, at }: Moment,
  extra: Partial<CallStart> | undefined,
): Begun | Promise<Begun> {
  const { branch } = next.first;
  const place: Place = {
    scope: scope.id,
    cause: cause.id as string,
    ...(branch === undefined ? {} : { branch }),
    kind,
    name,
    n,
  };
  const now = { ...(trigger === undefined ? {} : { trigger }), turn, seen, at, ...extra };
  try {
    // What it is recognised by is redacted, too: a resumed program is served what was stored, and asks with that.
    const info = { part: 'input', kind, name } as const;
    const input = execution.encode(value, 'input', info);
    const begun = (start: CallStart, match: Match): Begun => {
      next.id = start.id;
      return { start, match, scope, input, work: { id: start.id, kind, name, openWaits: 0 } };
    };
    if (told === undefined) {
      const match = execution.matcher.matchInPlace(place, input);
      if (match?.entry) return begun({ ...place, ...identityOf(match.entry.start), ...now }, match);
    }
    const identity = told === undefined || told === null ? told : execution.redacted(told, info);
    const call: CallAttempt = {
      ...place,
      digest: identity === undefined ? canonicalDigest(input, execution.lists) : digest(identity, 'digest'),
      ...(shape === undefined ? {} : { shape: digest(shape, 'shape') }),
      ...now,
    };
    const decide = (match: Match): Begun => {
      const id = match.entry?.start.id ?? newId(execution, place);
      if (match.drifted && !match.rerun) {
        execution.journal.note({ head: { t: 'drift', id, digest: call.digest, at } });
      }
      const variant = match.rerun ? variantOf(call.digest) : match.entry?.start.variant;
      return begun({ ...call, id, ...(variant === undefined ? {} : { variant }) }, match);
    };
    const match = execution.matcher.match({ call, input, sequential: scope.sequential });
    return match instanceof Promise ? match.then(decide) : decide(match);
  } catch (error) {
    // What follows a call that is refused still stands after it.
    next.id = newId(execution, place);
    throw error;
  }
}

/** What a recorded call is known by; its record may hold more. */
function identityOf({ id, digest, shape, variant }: CallStart): Pick<CallStart, 'id' | 'digest' | 'shape' | 'variant'> {
  return { id, digest, ...(shape === undefined ? {} : { shape }), ...(variant === undefined ? {} : { variant }) };
}

/** The recorded call that this one is, where it had begun in this very execution, and not in one that it replays. */
export function begunHere({ match: { entry } }: Begun): Entry | undefined {
  return entry?.start.source === undefined ? entry : undefined;
}

/** Writes down that a call has begun. It is stored before any outcome that comes later. */
export function noteStart(execution: Execution, { start, input }: Begun): JournalRecord {
  return execution.journal.note({ head: { t: 'begun', ...start }, input });
}

/** Writes down that a call is made once more. Of a model's, so that each try that may have been paid for is known. */
export function noteAgain(execution: Execution, { start: { id, kind } }: Begun): void {
  if (kind === 'llm') execution.journal.note({ head: { t: 'again', id, at: execution.context.world.now() } });
}

function variantOf(digest: string): string {
  return hash('sha256', digest, 'hex').slice(0, 8);
}

function newId({ history }: Execution, place: Place): string {
  const id = hash('sha256', placeKey(place), 'hex').slice(0, 12);
  if (!history.entries.has(id)) return id;
  for (let i = 2; ; i++) if (!history.entries.has(`${id}-${i}`)) return `${id}-${i}`;
}

function ignore(): void {}
