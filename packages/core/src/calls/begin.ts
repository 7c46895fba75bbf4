import { hash } from 'node:crypto';
import type { Begun } from '../execution/begun.ts';
import type { Execution } from '../execution/execution.ts';
import type { CallIdentity } from '../execution/spec.ts';
import type { Step } from '../identity/ambient.ts';
import type { CallAttempt } from '../identity/entry.ts';
import type { Match } from '../identity/matching.ts';
import { placeKey } from '../identity/place.ts';
import { digest } from '../journal/digest.ts';
import type { CallStart, Estimate, JournalRecord, Place } from '../journal/records.ts';

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
    at: execution.environment.world.now(),
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
    const input = execution.payloads.encode(value, 'input', info);
    const begun = (start: CallStart, match: Match): Begun => {
      next.id = start.id;
      return { start, match, scope, input, work: { id: start.id, kind, name, openWaits: 0 } };
    };
    if (told === undefined) {
      const match = execution.matcher.matchInPlace(place, input);
      if (match?.entry) return begun({ ...place, ...identityOf(match.entry.start), ...now }, match);
    }
    const identity = told === undefined || told === null ? told : execution.payloads.redacted(told, info);
    const call: CallAttempt = {
      ...place,
      digest: identity === undefined ? execution.payloads.digest(input) : digest(identity, 'digest'),
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

/** Writes down that a call has begun. It is stored before any outcome that comes later. */
export function noteStart(execution: Execution, { start, input }: Begun): JournalRecord {
  return execution.journal.note({ head: { t: 'begun', ...start }, input });
}

/** Writes down that a call is made once more. Of a model's, so that each try that may have been paid for is known. */
export function noteAgain(execution: Execution, { start: { id, kind } }: Begun, estimate?: Estimate): void {
  if (kind !== 'llm') return;
  const at = execution.environment.world.now();
  execution.journal.note({ head: { t: 'again', id, at, ...(estimate ? { estimate } : {}) } });
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
