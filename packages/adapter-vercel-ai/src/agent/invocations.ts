import { AsyncLocalStorage } from 'node:async_hooks';
import { CancelledError, current, executions, type FlowHandle, flow, UsageError, WaitingError } from '@reprise/core';
import { type AgentExecution, AgentFlows, park } from '@reprise/core/adapter';
import type { Engine } from '../options.ts';
import { Outside } from './outside.ts';

export type Method = 'generate' | 'stream';

type Options = Readonly<Record<string, unknown>>;

/** Runs an agent within an execution. */
export type Run = (method: Method, options: Options, outside?: Outside) => Promise<unknown>;

/** One call of an agent outside of every flow: an execution of its own. */
export interface InvocationRequest {
  readonly name: string;
  readonly id: string | undefined;
  readonly method: Method;
  readonly options: Options;
  readonly run: Run;
}

/** What an agent gives lives only in a process: it is no record, and made anew where the execution is told once more. */
interface Live {
  readonly method: Method;
  /** Missing: what was recorded of them will do. */
  readonly options: Options | undefined;
  readonly run: Run;
  readonly outside: Outside;
  readonly given: PromiseWithResolvers<unknown>;
  /** Its agent runs, or has run: the execution was not at work in this process already. */
  isBegun: boolean;
  /** It has come to its end, or to a question. */
  isOver: boolean;
}

/** What an execution is recognised by. Callbacks and signals belong to one process. */
interface Input {
  readonly prompt?: unknown;
  readonly messages?: unknown;
  readonly options?: unknown;
}

/** The call that the execution which is about to run belongs to; it is taken once. */
const calling = new AsyncLocalStorage<{ live: Live | undefined }>();

/** The executions of agents in one engine. */
export class Invocations {
  readonly #engine: Engine;
  readonly flows: AgentFlows<Input, string | undefined, Run>;
  readonly #running = new Map<string, Live>();

  constructor(engine: Engine) {
    this.#engine = engine;
    this.flows = new AgentFlows((name, options) =>
      engine.flow(name, (input: Input) => this.#perform(name, input), options),
    );
  }

  /** Opens an execution for a call of an agent, or goes on with it, and gives what the agent gives. */
  open(request: InvocationRequest): Promise<unknown> {
    const { name, id = crypto.randomUUID(), method, options, run } = request;
    const start = () => this.flows.of(name, run).start(inputOf(options), { id, retell: true });
    return this.#take(id, () => liveOf(method, options, run), start);
  }

  /** The stream of an execution that was begun before: what it has told already, and what comes. */
  async resume(name: string, id: string, run: Run): Promise<unknown> {
    this.flows.of(name, run);
    const { flow } = await this.#engine.executions.get(id);
    if (flow !== name) {
      throw new UsageError(`Execution ${id} belongs to '${flow}', and agent '${name}' was to go on with its stream.`);
    }
    const resume = () => this.#engine.executions.resume(id, { retell: true });
    return this.#take(id, () => liveOf('stream', undefined, run), resume);
  }

  async #take(id: string, make: () => Live, start: () => Promise<FlowHandle<unknown>>): Promise<unknown> {
    const live = make();
    const handle = await calling.run({ live }, start);
    // Somebody else in this process may have begun it: what they get, this call gets, if it is of the same kind, and
    // does not end at a question that may be answered by now.
    const own = live.isBegun ? live : this.#running.get(id);
    const isStale = own !== live && own?.isOver && own.outside.waits.isOpen;
    if (own?.method !== live.method || isStale) {
      await handle.result().catch((error) => {
        if (CancelledError.isInstance(error)) throw error;
      });
      return this.#take(id, make, start);
    }
    const { given, outside } = own;
    const ended = handle.result().then(
      () => ({ status: 'completed' }) as const,
      (error) => {
        const isWaiting = WaitingError.isInstance(error);
        outside.stop.stop(error, isWaiting && !outside.waits.isOpen);
        // The loop has ended at a question, as it does at a tool of the client's.
        if (isWaiting && outside.waits.isOpen) return { status: 'waiting', waits: error.waits } as const;
        throw error;
      },
    );
    const forget = () => this.#running.get(id) === own && this.#running.delete(id);
    ended.then(forget, forget);
    const execution: AgentExecution = { id, ended };
    const result = () => given.promise.then((value) => withExecution(value, execution));
    if (own.method === 'stream') return Promise.race([result(), ended.then(result)]);
    const { status, ...rest } = await ended;
    // Answered before the execution was parked: it goes on at once.
    if (status === 'waiting' && 'waits' in rest && rest.waits.length === 0) return this.#take(id, make, start);
    return result();
  }

  async #perform(name: string, input: Input): Promise<string | undefined> {
    const { id } = current().execution;
    // Without a call of this process it goes on by itself: nobody reads a stream.
    const call = calling.getStore();
    const live = call?.live ?? liveOf('generate', undefined, this.flows.latest(name));
    if (call) call.live = undefined;
    live.isBegun = true;
    this.#running.set(id, live);
    const options = live.options ?? (input as Options);
    try {
      const result = (await live.run(live.method, options, live.outside)) as Result;
      live.given.resolve(result);
      if (live.method === 'stream') await toItsEnd(result, options);
      live.isOver = true;
      if (live.outside.waits.isOpen) return await park();
      return textOf(await result.text);
    } catch (error) {
      live.given.reject(error);
      throw error;
    } finally {
      if (this.#running.get(id) === live) this.#running.delete(id);
    }
  }
}

const ofEngines = new WeakMap<Engine, Invocations>();
const DEFAULT: Engine = { flow, executions };

/** The executions of agents in an engine of one's own, or in the default one. */
export function invocationsOf(engine: Engine = DEFAULT): Invocations {
  const known = ofEngines.get(engine) ?? new Invocations(engine);
  ofEngines.set(engine, known);
  return known;
}

function withExecution(value: unknown, execution: AgentExecution): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.defineProperty(value, 'execution', { value: execution, configurable: true });
}

function liveOf(method: Method, options: Options | undefined, run: Run): Live {
  const given = Promise.withResolvers<unknown>();
  given.promise.catch(() => {});
  return { method, options, run, outside: new Outside(), given, isBegun: false, isOver: false };
}

function inputOf({ prompt, messages, options }: Options): Input {
  const input = { prompt, messages, options };
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

interface Result {
  readonly text?: unknown;
  readonly fullStream?: AsyncIterable<Told>;
}

interface Told {
  readonly type: string;
  readonly error?: unknown;
}

// A reader that leaves would let the stream stand still. A model call that failed is told in it, and ends it.
async function toItsEnd({ fullStream }: Result, { abortSignal }: Options): Promise<void> {
  let failure: { readonly error: unknown } | undefined;
  for await (const { type, error } of fullStream ?? []) {
    if (type === 'error') failure = { error };
    else if (type === 'finish') failure = undefined;
  }
  (abortSignal as AbortSignal | undefined)?.throwIfAborted();
  if (failure) throw failure.error;
}

function textOf(text: unknown): string | undefined {
  return typeof text === 'string' ? text : undefined;
}
