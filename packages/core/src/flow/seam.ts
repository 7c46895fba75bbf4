import { hash } from 'node:crypto';
import { makeCall } from '../calls/call.ts';
import { makeStream } from '../calls/stream.ts';
import type { OpenWait } from '../errors/index.ts';
import { ambient } from '../execution/execution.ts';
import { parked } from '../execution/parked.ts';
import type { CallSpec, StreamSpec } from '../execution/spec.ts';
import { countBegun, scopeStart } from '../identity/ambient.ts';
import { currentBranch, inNewBranch } from '../identity/branch.ts';
import { scopeId } from '../identity/stages.ts';
import { checkCall, checkScope, checkStream } from './check-spec.ts';
import { here, hereOrProcess } from './here.ts';
import { isOff, plainCall, plainStream } from './off.ts';
import { type Asking, ask, type WaitOptions } from './wait.ts';

/** The seam that adapters are built on: these functions, and nothing else of the engine. */

/**
 * One request with one outcome: made, or served from the journal. The outcome is durable when it resolves. Call it before
 * any `await` of the adapter's own: where it is called is what tells it from others. Outside of a flow the call belongs to
 * the execution of the process. A `BudgetExceededError` or an `UncountableCallError` comes out of it without `run`.
 */
export function call<T>(spec: CallSpec<T>): Promise<T> {
  checkCall(spec);
  return isOff() ? plainCall(spec) : makeCall(hereOrProcess(), spec);
}

/**
 * One request that is answered by a stream: recorded as it passes, or served as the same chunks. As with `call`, the
 * request begins here, read or not; its errors come with the chunks. Where the client's own method rejects for a request
 * that is refused, read the first chunk before it resolves. It can be read more than once, each time from the start.
 */
export function callStream<Chunk>(spec: StreamSpec<Chunk>): AsyncIterable<Chunk> {
  checkStream(spec);
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

/**
 * Asks a person, as `wait` does, and tells whether the answer is there yet. `reference` is shown with the open wait. Where
 * the framework does not stop by itself, `wait` of `@reprise/core` is all that is needed.
 */
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

/**
 * Where a framework makes an error of its own of what a call has thrown, and keeps no `cause`: `part` is an object that
 * stands in a field of its error, such as the headers of the response that it is given. Else an execution that fails
 * over its error is not known to have failed over this call, which is then not made again once others had begun.
 */
export function carryFailure(error: unknown, part: object): void {
  if (isOff()) return;
  hereOrProcess().home.execution?.failures.carry(error, part);
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
 * Everything inside belongs here: an agent, a tool call, a task of a graph. Needed where the framework runs such things
 * side by side and has a name for each that stays the same, such as a tool call's id: that is the `key`. Without a key its
 * position tells it from others of its name. What a `call` makes inside of its `run` belongs to that call as it is.
 */
export function scope<T>(
  name: string,
  key: string | null | undefined,
  body: (context: ScopeContext) => T,
  options: ScopeOptions = {},
): T {
  checkScope(name, key, body, options);
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
