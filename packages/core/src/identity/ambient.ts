import type { AsyncLocalStorage } from 'node:async_hooks';
import type { CallKind } from '../journal/records.ts';
import { currentBranch, startBranch } from './branch.ts';
import { currentTurn } from './turn.ts';

/** What encloses calls: an execution, a call's body, or a scope that an adapter named. */
export interface Scope {
  readonly id: string;
  /** Calls of one kind and name follow one another here, so their position proves which is which. */
  readonly sequential: boolean;
  readonly parent: Scope | undefined;
  /** The call whose body this scope is, or stands in. */
  readonly call: RunningCall | undefined;
}

/** An attempt at a call whose body is running in this process. */
export interface RunningCall {
  readonly id: string;
  /** What it is to the outside; see `callKey`. */
  readonly key: string;
  readonly kind: CallKind;
  readonly name: string;
  readonly attempt: number;
  readonly signal: AbortSignal;
  /** The call that encloses this one. */
  readonly parent: RunningCall | undefined;
  readonly work: Work;
}

/** What is being done for a call, from its start until its outcome was handed out. */
export interface Work {
  readonly id: string;
  readonly kind: CallKind;
  readonly name: string;
  /** How many open waits stand somewhere inside of the call. */
  openWaits: number;
}

/** Under which circumstances a turn began to make calls; they are those of all its siblings. */
export interface Opening {
  readonly branch: string | undefined;
  /** The id whose drain was open. Filled in with the first call. */
  trigger: string | undefined;
}

/** A point in one async branch: the last call that began in it, or the start of a scope. */
export interface Cause {
  /** Known at once, but for a call that is held until it is clear which record is its own. */
  id: string | undefined;
  /** Resolves when `id` is known. */
  decided: Promise<void> | undefined;
  /** Set while siblings of the same turn may still come. */
  parent: Cause | undefined;
  readonly turn: number;
  /** The call that was the first one of its turn: this one, or an earlier sibling. */
  readonly first: Opening;
  /** How many calls of each kind and name began after it. */
  readonly begun: Map<string, number>;
}

/** What an ambient belongs to: an execution, or the process whose execution is still being opened. */
export interface Home<E> {
  readonly execution: E | undefined;
  /** What random values are made from; of an execution of the process without a name, known once it is open. */
  readonly seed: string | undefined;
  open(): Promise<E>;
}

/** Where the running code stands; it travels down exactly the async branch that awaited. */
export interface Ambient<E> {
  readonly home: Home<E>;
  readonly scope: Scope;
  readonly cause: Cause;
}

const NO_TURN: Opening = { branch: undefined, trigger: undefined };

/** The first point of a scope. */
export function scopeStart(id: string): Cause {
  return { id, decided: undefined, parent: undefined, turn: 0, first: NO_TURN, begun: new Map() };
}

/** How many calls like this one began after the cause, in the same branch, before it. */
export function countBegun(cause: Cause, branch: string | undefined, kind: string, name: string): number {
  const key = `${branch} ${kind} ${name}`;
  const n = cause.begun.get(key) ?? 0;
  cause.begun.set(key, n + 1);
  return n;
}

/** The place that a call has taken. */
export interface Step {
  readonly scope: Scope;
  /** What it began after. */
  readonly cause: Cause;
  /** The point that the branch stands at now. */
  readonly next: Cause;
  /** The turn's first call; siblings stand where it stands. */
  readonly isFirst: boolean;
  readonly n: number;
}

/**
 * Steps on to a new call: afterwards this branch, and no other, stands after that call. Calls that begin in
 * one turn are siblings: the second was not caused by the first, which nobody has awaited yet. Must run in the
 * caller's own synchronous code.
 */
export function stepInto<E>(
  storage: AsyncLocalStorage<Ambient<E>>,
  here: Ambient<E>,
  kind: CallKind,
  name: string,
): Step {
  const turn = currentTurn();
  const at = here.cause;
  const cause = at.turn === turn && at.parent ? at.parent : at;
  const isFirst = cause === at;
  if (isFirst) at.parent = undefined;
  const first = isFirst ? { branch: currentBranch(), trigger: undefined } : at.first;
  const next: Cause = { id: undefined, decided: undefined, parent: cause, turn, first, begun: new Map() };
  storage.enterWith({ ...here, cause: next });
  startBranch();
  return { scope: here.scope, cause, next, isFirst, n: countBegun(cause, first.branch, kind, name) };
}
