import { UsageError } from '../errors/index.ts';
import { durableLog, durableNow, durableRandom, durableUuid } from '../execution/durable-values.ts';
import type { CallKind } from '../journal/records.ts';
import { realWorld } from '../world/world.ts';
import { here } from './here.ts';
import { isOff } from './off.ts';

/** Where the running code stands. */
export interface Current {
  readonly execution: { readonly id: string; readonly flow: string };
  /** The innermost call around it, if there is one. */
  readonly call:
    | {
        readonly id: string;
        readonly kind: CallKind;
        readonly name: string;
        /** Counted from 1. */
        readonly attempt: number;
        /** The same each time this call is made: for APIs that take an idempotency key. */
        readonly idempotencyKey: string;
      }
    | undefined;
  /** Aborted when the execution is cancelled, or the attempt's time is over. */
  readonly signal: AbortSignal;
}

/** The execution and the call that the running code belongs to. */
export function current(): Current {
  if (isOff()) return nowhere();
  const { home, scope } = here('current()');
  const { call } = scope;
  const { execution } = home;
  if (!execution) throw new UsageError('current() needs an execution that is open. In a script, make a call first.');
  return {
    execution: { id: execution.id, flow: execution.flow },
    call: call && {
      id: call.id,
      kind: call.kind,
      name: call.name,
      attempt: call.attempt,
      idempotencyKey: execution.idempotencyKey(call.key),
    },
    signal: call?.signal ?? execution.lifetime.signal,
  };
}

// The id is another one each time: a fixed one would mix what a program keeps under it.
function nowhere(): Current {
  const { signal } = new AbortController();
  return { execution: { id: realWorld.newId(), flow: 'off' }, call: undefined, signal };
}

/** The time, in milliseconds since the epoch: the same one when the execution is resumed. */
export function now(): number {
  return isOff() ? Date.now() : durableNow(here('now()'));
}

/** A number from 0 up to 1: the same one when the execution is resumed. */
export function random(): number {
  return isOff() ? Math.random() : durableRandom(here('random()'));
}

/** A UUID: the same one when the execution is resumed. */
export function uuid(): string {
  return isOff() ? crypto.randomUUID() : durableUuid(here('uuid()'));
}

/** Records data about where the execution stands. It is stored with what comes next, and waits for nothing. */
export function log(data: Readonly<Record<string, unknown>>): void {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new UsageError('log() takes an object, as in log({ sources: 12 }).');
  }
  if (!isOff()) durableLog(here('log()'), data);
}
