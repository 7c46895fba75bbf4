import { current, executions, type FlowHandle, flow, WaitingError } from '@reprise/core';
import {
  AgentFlows,
  AgentInvocations,
  checkAgentId,
  checkAgentOf,
  type Invocation,
  park,
  promised,
  withExecution,
} from '@reprise/core/adapter';
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

interface Live extends Invocation {
  readonly method: Method;
  /** Missing: what was recorded of them will do. */
  readonly options: Options | undefined;
  readonly run: Run;
  readonly outside: Outside;
  /** It has come to its end, or to a question. */
  isOver: boolean;
}

/** What an execution is recognised by. Callbacks and signals belong to one process. */
interface Input {
  readonly prompt?: unknown;
  readonly messages?: unknown;
  readonly options?: unknown;
}

/** The executions of agents in one engine. */
export class Invocations {
  readonly #engine: Engine;
  readonly flows: AgentFlows<Input, string | undefined, Run>;
  readonly #calls = new AgentInvocations<Live>({
    // Not where it ends at a question that may be answered by now.
    joins: (running, { method }) => running.method === method && !(running.isOver && running.outside.questions.isOpen),
    stopped: (error, { outside: { stop, questions } }) => {
      const isWaiting = WaitingError.isInstance(error);
      stop.stop(error, isWaiting && !questions.isOpen);
      // The loop has ended at a question, as it does at a tool of the client's.
      if (isWaiting && questions.isOpen) return { status: 'waiting', waits: error.waits };
      throw error;
    },
  });

  constructor(engine: Engine) {
    this.#engine = engine;
    this.flows = new AgentFlows((name, options) =>
      engine.flow(name, (input: Input) => this.#perform(name, input), options),
    );
  }

  /** Opens an execution for a call of an agent, or goes on with it, and gives what the agent gives. */
  async open(request: InvocationRequest): Promise<unknown> {
    const { name, id = crypto.randomUUID(), method, options, run } = request;
    checkAgentId(name, id);
    const start = () => this.flows.of(name, run).start(inputOf(options), { id, retell: true });
    return this.#take(id, () => liveOf(method, options, run), start);
  }

  /** The stream of an execution that was begun before: what it has told already, and what comes. */
  async resume(name: string, id: string, run: Run): Promise<unknown> {
    this.flows.of(name, run);
    checkAgentOf(name, await this.#engine.executions.get(id));
    const resume = () => this.#engine.executions.resume(id, { retell: true });
    return this.#take(id, () => liveOf('stream', undefined, run), resume);
  }

  async #take(id: string, make: () => Live, start: () => Promise<FlowHandle<unknown>>): Promise<unknown> {
    const { running, execution } = await this.#calls.begin(id, make, start);
    const result = async () => withExecution(await running.given.promise, execution);
    if (running.method === 'stream') return Promise.race([result(), execution.ended.then(result)]);
    const ended = await execution.ended;
    // Answered before the execution was parked: it goes on at once.
    if (ended.status === 'waiting' && ended.waits.length === 0) return this.#take(id, make, start);
    return result();
  }

  #perform(name: string, input: Input): Promise<string | undefined> {
    // Nobody reads a stream of one that goes on by itself.
    const byItself = () => liveOf('generate', undefined, this.flows.latest(name));
    return this.#calls.perform(current().execution.id, byItself, async (live) => {
      const options = live.options ?? (input as Options);
      const result = (await live.run(live.method, options, live.outside)) as Result;
      live.given.resolve(result);
      if (live.method === 'stream') await toItsEnd(result, options);
      live.isOver = true;
      if (live.outside.questions.isOpen) return park();
      return textOf(await result.text);
    });
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

function liveOf(method: Method, options: Options | undefined, run: Run): Live {
  return { method, options, run, outside: new Outside(), given: promised(), isBegun: false, isOver: false };
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
