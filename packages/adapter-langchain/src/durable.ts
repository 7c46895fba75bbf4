import { UsageError } from '@reprise/core';
import {
  type AgentExecution,
  checkOptions,
  checkPart,
  isOff,
  opensExecution,
  plainExecution,
  promised,
  refuseWhenOff,
  withExecution,
} from '@reprise/core/adapter';
import { type BatchOptions, inBatches } from './agent/batch.ts';
import { invocationsOf } from './agent/invocations.ts';
import type { Give, Method, Request, Target } from './agent/request.ts';
import { run } from './agent/run.ts';
import { atOnce } from './agent/streams.ts';
import { frames } from './graph/frame.ts';
import { checkDurableOptions, type DurableOptions, type Engine } from './options.ts';
import type { Answers } from './question/resume-values.ts';
import { type Agent, threadOf } from './thread/thread.ts';
import { stateMethod } from './thread/thread-state.ts';
import { withPolicies } from './tool/policies.ts';

/** What `durable` needs: an agent, a compiled graph, an entrypoint, or any other Runnable of LangChain. */
export interface DurableTarget {
  // biome-ignore lint/suspicious/noExplicitAny: each agent has its own types, and they are kept
  invoke(input: any, config?: any): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  stream(input: any, config?: any): unknown;
}

/** A thread, as it stands in `configurable`. */
export interface ThreadName {
  readonly thread_id: string;
}

/** Where an execution is named in a call. */
interface Named {
  /**
   * The execution's id. The same id again goes on with what had stopped, and tells once more what was completed.
   * Outside of a flow only. @default a new one
   */
  readonly id: string;
}

/** What a result of an agent that is an execution of its own has besides; in a flow it is a part of the flow's. */
interface InExecution {
  readonly execution: AgentExecution;
}

/** The agent's own options, which it checks itself, and the execution's id. `withExecution` keeps their types. */
type Config = Named & Readonly<Record<string, unknown>>;

interface Additions<T extends DurableTarget> {
  invoke(input: Parameters<T['invoke']>[0], config: Config): Promise<Awaited<ReturnType<T['invoke']>> & InExecution>;
  stream(input: Parameters<T['invoke']>[0], config: Config): Promise<Awaited<ReturnType<T['stream']>> & InExecution>;
  /** The same agent with its next call in this execution, with the agent's own types. */
  withExecution(id: string): Durable<T>;
  /**
   * Goes on with an execution that has stopped, or with what has stopped on a thread: with its own input, from where the
   * thread stands, and with answers to its waits by their names or by the ids of LangGraph's interrupts.
   */
  resume(of: string | ThreadName, options?: ResumeOptions): Promise<Awaited<ReturnType<T['invoke']>>>;
}

/** An agent as it was, with an id for each call. */
export type Durable<T extends DurableTarget> = T & Additions<T>;

/** What an agent goes on with. */
export interface ResumeOptions {
  /** Answers to its waits, by their names or by the ids of LangGraph's interrupts. */
  readonly answers?: Answers;
}

/** An agent, and the execution that its calls go on with, where one is set. */
interface Wrapped extends Agent {
  readonly reprise: Engine | undefined;
  readonly tools: DurableOptions['tools'];
  readonly budget: DurableOptions['budget'];
  readonly fixed?: string;
}

interface Batching {
  batch(inputs: unknown[], given: unknown, options: BatchOptions | undefined): Promise<unknown[]>;
}

const METHODS: readonly Method[] = ['invoke', 'stream', 'streamEvents'];
/** What an agent has besides. */
const OURS: ReadonlySet<PropertyKey> = new Set(['withExecution', 'resume']);
/** What makes another Runnable of a Runnable. */
const COMPOSING: ReadonlySet<PropertyKey> = new Set(['pipe', 'withRetry', 'withFallbacks']);

/**
 * Makes an agent, a graph or a chain durable: each model call and each tool call is recorded, and served from the journal
 * when it goes on. The same type comes back.
 */
export function durable<T extends DurableTarget>(agent: T, options: DurableOptions = {}): Durable<T> {
  const target = agent as unknown as Target;
  if (typeof target?.invoke !== 'function' || typeof target.stream !== 'function') {
    throw new UsageError(
      'durable() takes an agent, a compiled graph or a chain of LangChain, as in durable(createAgent({ … })).',
    );
  }
  checkDurableOptions(options, agent);
  const { name = nameOf(agent), reprise, tools, budget } = options;
  const wrap: Wrapped = { target, name, reprise, tools, budget };
  invocationsOf(reprise).flows.declare(name, budget, running(wrap));
  return wrapped(wrap) as Durable<T>;
}

function running(agent: Wrapped): (request: Request, give: Give) => Promise<unknown> {
  return (request, give) => withPolicies(agent.tools, () => run(agent, request, give));
}

function wrapped(agent: Wrapped): object {
  const { target, fixed } = agent;
  const durableMethod =
    (method: Method) =>
    (input: unknown, given?: unknown, ...rest: unknown[]) => {
      const { id = fixed, ...config } = (given ?? {}) as Partial<Named>;
      const request: Request = { method, input, config: given === undefined ? undefined : config, rest };
      const result = called(agent, id, request);
      // As LangChain has it: version 3 gives a promise, and the older ones a stream.
      const isStream = method === 'streamEvents' && (given as { version?: unknown } | undefined)?.version !== 'v3';
      return isStream && result instanceof Promise ? atOnce(result) : result;
    };
  const batch = async (inputs: unknown[], given?: unknown, options?: BatchOptions) => {
    if (isOff()) return (target as unknown as Batching).batch(inputs, withoutIds(given), options);
    const optionsOf = (index: number) =>
      ((Array.isArray(given) ? given[index] : given) ?? {}) as Partial<Named> & BatchOptions;
    const { maxConcurrency } = optionsOf(0);
    const invoke = durableMethod('invoke');
    return inBatches(inputs, { ...options, ...(maxConcurrency ? { maxConcurrency } : {}) }, (input, index) => {
      const { id, ...config } = optionsOf(index);
      if (Array.isArray(given) && id !== undefined) return invoke(input, { ...config, id });
      const all = id ?? fixed;
      return invoke(input, all === undefined ? config : { ...config, id: `${all}.${index + 1}` });
    });
  };
  const own: Readonly<Record<PropertyKey, unknown>> = {
    withExecution: (id: string) => wrapped({ ...agent, fixed: id }),
    resume: (of: string | ThreadName, options: ResumeOptions = {}) => resumed(agent, of, options),
    batch,
    ...Object.fromEntries(METHODS.map((method) => [method, durableMethod(method)])),
  };
  return new Proxy(target, {
    get(_, key) {
      if (Object.hasOwn(own, key) && (OURS.has(key) || key in target)) return own[key];
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function' || key === 'constructor') return value;
      if (key === 'withConfig') {
        return (config: unknown) => wrapped({ ...agent, target: Reflect.apply(value, target, [config]) as Target });
      }
      if (COMPOSING.has(key)) {
        return (...args: unknown[]) => composed(agent, String(key), Reflect.apply(value, target, args) as Target);
      }
      return stateMethod(target, key, agent.reprise) ?? value.bind(target);
    },
    has: (_, key) => OURS.has(key) || Reflect.has(target, key),
  });
}

/** What an agent was made a part of. By its own name it would go on with the executions of the agent alone. */
function composed(agent: Wrapped, how: string, target: Target): object {
  const whole: Wrapped = { ...agent, target, name: `${agent.name}.${how}` };
  invocationsOf(agent.reprise).flows.declare(whole.name, agent.budget, running(whole));
  return wrapped(whole);
}

function called(agent: Wrapped, id: string | undefined, request: Request): unknown {
  const { target, name, budget } = agent;
  const { method, input, config, rest } = request;
  if (isOff()) {
    const result = target[method](input, config, ...rest);
    return id === undefined ? result : told(result, plainExecution(id));
  }
  checkNaming(name, config);
  if (opensExecution(id)) {
    const thread = threadOf(agent, config);
    return invocationsOf(agent.reprise).call({ name, id, request, run: running(agent), thread });
  }
  checkPart(name, { id, budget });
  // In a node or a tool of a graph that is recorded itself, it is a part of that.
  if (frames.getStore()) return withPolicies(agent.tools, () => target[method](input, config, ...rest));
  const given = promised<unknown>();
  const whole: Promise<unknown> = running(agent)(request, (value, relay) => {
    // The flow may end with what it reads here.
    relay?.endsAfter(whole);
    given.resolve(value);
  });
  whole.catch((error) => given.reject(error));
  return method === 'invoke' ? whole : given.promise;
}

async function resumed(agent: Wrapped, of: string | ThreadName, options: ResumeOptions): Promise<unknown> {
  const { name, reprise } = agent;
  checkOptions(options, `resume() of agent '${name}'`, { answers: isObject });
  refuseWhenOff(`agent '${name}' has no execution that could go on`);
  const { answers = {} } = options;
  if (typeof of === 'string') return invocationsOf(reprise).resume(name, of, answers, running(agent));
  if (typeof of?.thread_id !== 'string') {
    throw new UsageError(
      `Agent '${name}' goes on with the id of an execution, or with { thread_id: '…' }: agent.resume(id, { answers }).`,
    );
  }
  const thread = threadOf(agent, { configurable: { ...of } });
  if (thread) return invocationsOf(reprise).resumeThread(name, thread, answers, running(agent));
  throw new UsageError(
    `Agent '${name}' keeps no threads, so it cannot go on with '${of.thread_id}'. Give the id of the execution.`,
  );
}

/** LangGraph reads nothing there, so the agent would remember nothing, without a word. */
function checkNaming(name: string, config: unknown): void {
  if (!Object.hasOwn(config ?? {}, 'thread_id')) return;
  throw new UsageError(
    `Agent '${name}' was called with a thread_id where nobody reads it. Write { configurable: { thread_id: '…' } }.`,
  );
}

function withoutIds(given: unknown): unknown {
  if (Array.isArray(given)) return given.map(withoutIds);
  if (typeof given !== 'object' || given === null) return given;
  const { id: _, ...config } = given as Partial<Named>;
  return config;
}

function told(result: unknown, execution: AgentExecution): unknown {
  return result instanceof Promise
    ? result.then((value) => withExecution(value, execution))
    : withExecution(result, execution);
}

function nameOf(agent: object): string {
  const { name, options } = agent as { name?: unknown; options?: { name?: unknown } };
  const own = options?.name ?? name;
  return typeof own === 'string' && own !== '' && own !== 'LangGraph' ? own : 'agent';
}

function isObject(value: unknown): true | string {
  return (typeof value === 'object' && value !== null) || 'an object';
}
