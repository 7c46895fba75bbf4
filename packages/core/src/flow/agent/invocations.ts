import { AsyncLocalStorage } from 'node:async_hooks';
import { CancelledError, type OpenWait } from '../../errors/index.ts';
import type { FlowHandle } from '../flow.ts';

/** The execution that a call of a wrapped agent is. */
export interface AgentExecution {
  readonly id: string;
  /** How it ended in this process. Rejects with its error. */
  readonly ended: Promise<Ended>;
}

interface Waiting {
  readonly status: 'waiting';
  readonly waits: readonly OpenWait[];
}

type Ended = { readonly status: 'completed' } | Waiting;

/** What a call of an agent is while its execution runs in this process. */
export interface Invocation {
  /** What its caller gets. */
  readonly given: PromiseWithResolvers<unknown>;
  /** Its agent runs, or has run: the execution was not at work in this process already. */
  isBegun: boolean;
}

/** How the agents of a framework are called. */
export interface InvocationRules<Own extends Invocation> {
  /** Whether a call gets what another is getting that is at work on the same execution. */
  joins(running: Own, call: Own): boolean;
  /** How an execution has ended that stopped with an error: it stands at a question. Throws what is no question. */
  stopped(error: unknown, running: Own): Waiting | Promise<Waiting>;
}

/** A call with its execution. */
export interface Invoked<Own extends Invocation> {
  /** The call itself, or the one that it has joined. */
  readonly running: Own;
  readonly isJoined: boolean;
  readonly execution: AgentExecution;
}

/**
 * The calls of agents that are executions of their own. What an agent gives lives only in a process: it is no record, and
 * made anew where the execution is told once more.
 */
export class AgentInvocations<Own extends Invocation> {
  readonly #rules: InvocationRules<Own>;
  readonly #running = new Map<string, Own>();
  /** The call that the execution which is about to run belongs to; it is taken once. */
  readonly #calling = new AsyncLocalStorage<{ call: Own | undefined }>();

  constructor(rules: InvocationRules<Own>) {
    this.#rules = rules;
  }

  /** Begins an execution for a call, or joins the call that has begun it in this process. */
  async begin(id: string, make: () => Own, start: () => Promise<FlowHandle<unknown>>): Promise<Invoked<Own>> {
    for (;;) {
      const call = make();
      const handle = await this.#calling.run({ call }, start);
      const running = call.isBegun ? call : this.#running.get(id);
      if (running && (running === call || this.#rules.joins(running, call))) {
        return { running, isJoined: running !== call, execution: { id, ended: this.#ended(id, running, handle) } };
      }
      // Told once more, when it has come to its end; one that was cancelled never is.
      await handle.result().catch((error) => {
        if (CancelledError.isInstance(error)) throw error;
      });
    }
  }

  /** Runs an agent in its execution. `byItself` is for one that goes on without a call of this process. */
  async perform<Result>(id: string, byItself: () => Own, run: (call: Own) => Promise<Result>): Promise<Result> {
    const calling = this.#calling.getStore();
    const call = calling?.call ?? byItself();
    if (calling) calling.call = undefined;
    call.isBegun = true;
    this.#running.set(id, call);
    try {
      return await run(call);
    } catch (error) {
      call.given.reject(error);
      throw error;
    } finally {
      this.#forget(id, call);
    }
  }

  #ended(id: string, running: Own, handle: FlowHandle<unknown>): Promise<Ended> {
    const ended = handle.result().then(
      () => ({ status: 'completed' }) as const,
      (error) => this.#rules.stopped(error, running),
    );
    const forget = () => this.#forget(id, running);
    ended.then(forget, forget);
    return ended;
  }

  #forget(id: string, call: Own): void {
    if (this.#running.get(id) === call) this.#running.delete(id);
  }
}

/** What the result of an agent's call that was given an id tells of its execution: there is none that could go on. */
export function plainExecution(id: string): AgentExecution {
  return { id, ended: Promise.resolve({ status: 'completed' }) };
}

/** What a caller is given, before it is there. Nobody need wait for it. */
export function promised<T>(): PromiseWithResolvers<T> {
  const given = Promise.withResolvers<T>();
  given.promise.catch(() => {});
  return given;
}

/** What an agent gives, with the execution that it belongs to. */
export function withExecution(value: unknown, execution: AgentExecution): unknown {
  if (typeof value !== 'object' || value === null || !Object.isExtensible(value)) return value;
  return Object.defineProperty(value, 'execution', { value: execution, configurable: true });
}
