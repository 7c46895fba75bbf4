import { hash } from 'node:crypto';
import type { OpenWait } from '../errors/index.ts';
import { makeCall } from '../execution/calls.ts';
import { ambient } from '../execution/execution.ts';
import { parked } from '../execution/parked.ts';
import type { CallSpec, StreamSpec } from '../execution/spec.ts';
import { makeStream } from '../execution/streams.ts';
import { countBegun, scopeStart } from '../identity/ambient.ts';
import { currentBranch, inNewBranch } from '../identity/branch.ts';
import { scopeId } from '../identity/stages.ts';
import { here, hereOrProcess } from './here.ts';
import { isOff, plainCall, plainStream } from './off.ts';
import { checkName } from './options.ts';
import { type Asking, ask, type WaitOptions } from './wait.ts';

/** The seam that adapters are built on: these functions, and nothing else of the engine. */

/** One request with one outcome: made, or served from the journal. Call it synchronously where the request begins. */
export function call<T>(spec: CallSpec<T>): Promise<T> {
  checkName(spec.name, "A call's name");
  return isOff() ? plainCall(spec) : makeCall(hereOrProcess(), spec);
}

/** One request that is answered by a stream: recorded as it passes, or served as the same chunks. */
export function callStream<Chunk>(spec: StreamSpec<Chunk>): AsyncIterable<Chunk> {
  checkName(spec.name, "A call's name");
  return isOff() ? plainStream(spec) : makeStream(hereOrProcess(), spec);
}

/** A question to a person, for a framework that has a way of its own to stop at one. */
export interface AskedWait<Answer> {
  readonly answer: Promise<Answer>;
  /** Whether nobody has answered yet, as soon as that is known. */
  readonly isOpen: Promise<boolean>;
  /** The wait as it is seen from outside, unless somebody has answered. */
  readonly open: Promise<OpenWait | undefined>;
}

/** Asks a person, as `wait` does, and tells whether the answer is there yet. `reference` is shown with the open wait. */
export function callWait<Answer>(
  name: string,
  options: WaitOptions<Answer> = {},
  { reference }: Pick<Asking, 'reference'> = {},
): AskedWait<Answer> {
  const open = Promise.withResolvers<OpenWait | undefined>();
  const answer = ask(name, options, { reference, onOpen: open.resolve });
  answer.then(
    () => open.resolve(undefined),
    () => open.resolve(undefined),
  );
  return { answer, open: open.promise, isOpen: open.promise.then((wait) => wait !== undefined) };
}

/**
 * Parks the execution at its open waits as soon as nothing else is left to do, although the program does not stand at
 * them: the framework has stopped by itself. Never settles.
 */
export function park(): Promise<never> {
  const { execution } = here('park()').home;
  execution?.suspension.request();
  return parked();
}

/** What a scope is told about what happens in it. */
export interface ScopeOptions {
  /**
   * Calls of one kind and name follow one another here, so a call whose input has changed is known by its
   * position alone. @default false
   */
  readonly sequential?: boolean;
  /**
   * Where this scope stands among those beside it that come in stages: when one begins, all that is in lower stages is
   * over, and the program has got over the failures there. A whole number.
   */
  readonly stage?: number;
  /**
   * Of what is in here only a part is told again, for the framework keeps the results of some of its steps itself; a
   * step is a scope with a stage. What it does not tell again holds nothing else back. @default false
   */
  readonly partial?: boolean;
}

/** What the body of a scope is given. */
export interface ScopeContext {
  /**
   * The scope fails with this error. Whether what is recorded tells that the program went on all the same: then it must
   * fail again, else what it is made of may be tried afresh.
   */
  isGotOver(error: unknown): boolean;
}

/**
 * Everything inside belongs here: an agent, a tool call, a task of a graph. `key` tells it from others of the
 * name where the framework has something stable; without one, its position does.
 */
export function scope<T>(
  name: string,
  key: string | undefined,
  body: (context: ScopeContext) => T,
  options: ScopeOptions = {},
): T {
  checkName(name, "A scope's name");
  if (isOff()) return body({ isGotOver: () => false });
  const place = hereOrProcess();
  const { home, cause, scope: around } = place;
  const branch = currentBranch();
  const own = key ?? `${cause.id ?? ''} ${branch} ${countBegun(cause, branch, 'scope', name)}`;
  const { sequential = false, stage, partial = false } = options;
  const part = hash('sha256', `${name}\n${key === undefined ? 'at' : 'key'}\n${own}`, 'hex').slice(0, 8);
  const id = scopeId(around.id, stage, part);
  if (stage !== undefined) home.execution?.reach(around.id, stage);
  if (partial) home.execution?.history.partial.add(id);
  const inner = { id, sequential, parent: around, call: around.call };
  const start = home.execution?.startOf(id) ?? scopeStart(id);
  const context: ScopeContext = {
    isGotOver: (error) => {
      home.execution?.failures.note(error, id);
      return home.execution?.history.survival.wentOnAfter(id) ?? false;
    },
  };
  return ambient.run({ home, scope: inner, cause: start }, () => inNewBranch(() => body(context)));
}
