import {
  current,
  type ExecutionRecord,
  executions,
  type FlowHandle,
  flow,
  NotFoundError,
  UsageError,
  WaitingError,
  waits,
} from '@reprise/core';
import {
  AgentFlows,
  AgentInvocations,
  checkAgentId,
  checkAgentOf,
  type Invocation,
  isSecretName,
  promised,
  withExecution,
} from '@reprise/core/adapter';
import { isMessage } from '../data/messages.ts';
import { values } from '../data/values.ts';
import type { Engine } from '../options.ts';
import { Questions, questions } from '../question/questions.ts';
import { type Answers, answerByCommand, answerByName, goesOn, resumeOf } from '../question/resume-values.ts';
import type { Thread } from '../thread/thread.ts';
import type { Give, Request } from './request.ts';
import { Relay } from './streams.ts';

/** Runs an agent within an execution. */
type Run = (request: Request, give: Give) => Promise<unknown>;

/** One call of an agent outside of every flow: an execution of its own. */
export interface InvocationRequest {
  readonly name: string;
  readonly id: string | undefined;
  readonly request: Request;
  readonly run: Run;
  /** What the call names, where the agent keeps threads. */
  readonly thread: Thread | undefined;
}

interface Live extends Invocation {
  readonly request: Request;
  readonly run: Run;
  readonly questions: Questions;
  relay: Relay | undefined;
}

/** What an execution is recognised by, and goes on with in any process. Callbacks, signals and keys belong to one. */
interface Input {
  readonly input: unknown;
  readonly configurable?: Readonly<Record<string, unknown>>;
}

/** The executions of agents in one engine. */
export class Invocations {
  readonly #engine: Engine;
  readonly flows: AgentFlows<Input, undefined, Run>;
  readonly #calls = new AgentInvocations<Live>({
    // A stream that has come to its end is over a moment before its execution is.
    joins: ({ request, relay }, call) => request.method === call.request.method && !relay?.isOver,
    stopped: async (error, live) => {
      // A graph that stands at `interrupt()` has not failed: its caller is told the question, as LangGraph does it.
      const isAsking = WaitingError.isInstance(error) && live.questions.asked.length > 0;
      if (isAsking) await stopAsking(live);
      else live.relay?.end({ error });
      live.given.reject(error);
      if (isAsking) return { status: 'waiting', waits: (error as WaitingError).waits };
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
  async call(invocation: InvocationRequest): Promise<unknown> {
    const { name, request, run, thread } = invocation;
    checkAgentId(name, invocation.id);
    if (goesOn(request.input)) {
      const id = invocation.id ?? (await thread?.execution());
      const stopped = id === undefined ? undefined : await this.#stopped(name, id);
      if (stopped && !(resumeOf(request.input) && isBegunSo(stopped))) {
        if (resumeOf(request.input)) await answerByCommand(this.#engine.waits, stopped, request.input);
        return this.#resume(name, stopped.id, request, run);
      }
    }
    const id = invocation.id ?? crypto.randomUUID();
    const start = () => this.flows.of(name, run).start(inputOf(request), { id, retell: true });
    return this.#take(id, () => liveOf(request, run), start);
  }

  /** Goes on with an execution, with its own input, once its questions are answered. */
  async resume(name: string, id: string, answers: Answers, run: Run): Promise<unknown> {
    const execution = await this.#engine.executions.get(id);
    checkAgentOf(name, execution);
    await answerByName(this.#engine.waits, execution, answers);
    return this.#resume(name, id, { method: 'invoke', input: undefined, config: undefined, rest: [] }, run);
  }

  /** Goes on with a thread: with the execution that stopped there, with the state that stands there, or not at all. */
  async resumeThread(name: string, thread: Thread, answers: Answers, run: Run): Promise<unknown> {
    const id = await thread.execution();
    const stopped = id === undefined ? undefined : await this.#stopped(name, id);
    if (stopped) return this.resume(name, stopped.id, answers, run);
    if (Object.keys(answers).length > 0) {
      throw new UsageError(`On thread '${thread.id}' agent '${name}' stands at no question that could be answered.`);
    }
    const { next = [] } = await thread.state();
    if (next.length === 0 && id !== undefined) return this.resume(name, id, answers, run);
    if (next.length === 0) {
      throw new UsageError(
        `On thread '${thread.id}' there is nothing that agent '${name}' could go on with. Call it with an input.`,
      );
    }
    const config = { configurable: { thread_id: thread.id } };
    const request: Request = { method: 'invoke', input: null, config, rest: [] };
    return this.call({ name, id: undefined, request, run, thread });
  }

  #resume(name: string, id: string, request: Request, run: Run): Promise<unknown> {
    this.flows.of(name, run);
    const resume = () => this.#engine.executions.resume(id, { retell: true });
    return this.#take(id, () => liveOf(request, run), resume);
  }

  /** The execution, if it is this agent's and has not come to its end. */
  async #stopped(name: string, id: string): Promise<ExecutionRecord | undefined> {
    try {
      const execution = await this.#engine.executions.get(id);
      const isOver = execution.status === 'completed' || execution.status === 'cancelled';
      return execution.flow === name && !isOver ? execution : undefined;
    } catch (error) {
      if (NotFoundError.isInstance(error)) return undefined;
      throw error;
    }
  }

  async #take(id: string, make: () => Live, start: () => Promise<FlowHandle<unknown>>): Promise<unknown> {
    const { running, isJoined, execution } = await this.#calls.begin(id, make, start);
    const { method } = running.request;
    const result = async () => {
      const value = await running.given.promise;
      return withExecution(isJoined && running.relay ? running.relay.stream() : value, execution);
    };
    if (method !== 'invoke') return Promise.race([result(), execution.ended.then(result)]);
    const { status } = await execution.ended;
    return status === 'waiting' ? withExecution(await running.questions.told(), execution) : result();
  }

  #perform(name: string, { input, configurable }: Input): Promise<undefined> {
    const { id } = current().execution;
    const request: Request = { method: 'invoke', input, config: undefined, rest: [] };
    // Nobody reads a stream of one that goes on by itself.
    const byItself = () => liveOf(request, this.flows.latest(name));
    return this.#calls.perform(id, byItself, async (live) => {
      // The ids that LangGraph gives to messages without one are others each time.
      const given = {
        input: identified(values.decode(input), id),
        config: configured(live.request.config, configurable),
      };
      const give: Give = (value, relay) => {
        live.relay = relay;
        live.given.resolve(value);
      };
      await questions.run(live.questions, () => live.run({ ...live.request, ...given }, give));
      return undefined;
    });
  }
}

const ofEngines = new WeakMap<Engine, Invocations>();
const DEFAULT: Engine = { flow, executions, waits };

/** The executions of agents in an engine of one's own, or in the default one. */
export function invocationsOf(engine: Engine = DEFAULT): Invocations {
  const known = ofEngines.get(engine) ?? new Invocations(engine);
  ofEngines.set(engine, known);
  return known;
}

async function stopAsking(live: Live): Promise<void> {
  const { request, questions, given } = live;
  if (request.method === 'invoke') return;
  // LangGraph gives no stream before its first chunk, and there may be none before the question.
  live.relay ??= new Relay();
  given.resolve(live.relay.stream());
  try {
    // Whoever reads of a question may look for it on the thread.
    await questions.areShown();
    live.relay.push({ __interrupt__: [...questions.asked] });
    live.relay.end();
  } catch (error) {
    live.relay.end({ error });
    throw error;
  }
}

function liveOf(request: Request, run: Run): Live {
  return { request, run, given: promised(), questions: new Questions(), relay: undefined, isBegun: false };
}

function inputOf({ input, config }: Request): Input {
  const { configurable } = (config ?? {}) as { configurable?: Record<string, unknown> };
  const data = Object.entries(configurable ?? {}).filter(
    ([name, value]) => ['string', 'number', 'boolean'].includes(typeof value) && !isSecretName(name),
  );
  return { input: values.encode(input), ...(data.length > 0 ? { configurable: Object.fromEntries(data) } : {}) };
}

/** Whether it was begun with a `Command`, and not stopped by what one answers. */
function isBegunSo({ input }: ExecutionRecord): boolean {
  return resumeOf(values.decode((input as Input | undefined)?.input)) !== undefined;
}

/** A config with what an execution has of it, where a call says nothing else. */
function configured(config: unknown, stored: Input['configurable']): unknown {
  if (!stored) return config;
  const { configurable, ...rest } = (config ?? {}) as { configurable?: object };
  return { ...rest, configurable: { ...stored, ...configurable } };
}

function identified(input: unknown, execution: string): unknown {
  const { messages } = (input ?? {}) as { messages?: unknown };
  if (!Array.isArray(messages)) return input;
  return {
    ...(input as object),
    messages: messages.map((message, index) => withId(message, `${execution}-${index + 1}`)),
  };
}

function withId(message: unknown, id: string): unknown {
  if (isMessage(message)) {
    if (message.id === undefined || message.id === null) message._updateId(id);
    return message;
  }
  const isPlain = typeof message === 'object' && message !== null && 'role' in message && !('id' in message);
  return isPlain ? { ...message, id } : message;
}
