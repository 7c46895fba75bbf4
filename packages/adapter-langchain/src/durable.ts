import { UsageError } from '@reprise/core';
import { isInExecution } from '@reprise/core/adapter';
import { type BatchOptions, inBatches } from './batch.ts';
import { frames } from './frame.ts';
import {
  type AgentExecution,
  DEFAULT_ENGINE,
  openInvocation,
  type Run,
  register,
  resumeInvocation,
} from './invocation.ts';
import { checkDurableOptions, type DurableOptions, type Engine } from './options.ts';
import { withPolicies } from './policies.ts';
import { type Method, type Request, run, type Target } from './run.ts';
import { atOnce } from './streams.ts';

/** What `durable` needs: an agent, a compiled graph, an entrypoint, or any other Runnable of LangChain. */
export interface DurableTarget {
  // biome-ignore lint/suspicious/noExplicitAny: each agent has its own types, and they are kept
  invoke(input: any, config?: any): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  stream(input: any, config?: any): unknown;
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
  /** Goes on with an execution that has stopped, with its own input, and with answers to its waits by their names. */
  resume(
    id: string,
    options?: { readonly answers?: Readonly<Record<string, unknown>> },
  ): Promise<Awaited<ReturnType<T['invoke']>>>;
}

/** An agent as it was, with an id for each call. */
export type Durable<T extends DurableTarget> = T & Additions<T>;

interface Answered {
  readonly answers?: Readonly<Record<string, unknown>>;
}

const METHODS: ReadonlySet<PropertyKey> = new Set(['invoke', 'stream', 'streamEvents']);

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
  const { name = nameOf(agent), reprise: engine = DEFAULT_ENGINE, tools } = options;
  const settings = { name, engine, tools };
  register(name, runOf(target, settings), engine);
  return wrapped(target, settings, undefined) as Durable<T>;
}

/** How an agent was made durable. */
interface Settings {
  readonly name: string;
  readonly engine: Engine;
  readonly tools: DurableOptions['tools'];
}

function runOf(target: Target, { name, tools }: Settings): Run {
  return (request, give) => withPolicies(tools, () => run(target, name, request, give));
}

function wrapped(target: Target, settings: Settings, fixed: string | undefined): object {
  const methods = new Map<PropertyKey, unknown>();
  const durableMethod =
    (method: Method) =>
    (input: unknown, given?: unknown, ...rest: unknown[]) => {
      const { id = fixed, ...config } = (given ?? {}) as Partial<Named>;
      const request: Request = { method, input, config: given === undefined ? undefined : config, rest };
      const result = called(target, settings, id, request);
      // As LangChain has it: version 3 gives a promise, and the older ones a stream.
      const isStream = method === 'streamEvents' && (given as { version?: unknown } | undefined)?.version !== 'v3';
      return isStream && result instanceof Promise ? atOnce(result) : result;
    };
  const batch = async (inputs: unknown[], given?: unknown, options?: BatchOptions) => {
    const optionsOf = (index: number) => ((Array.isArray(given) ? given[index] : given) ?? {}) as Partial<Named>;
    const invoke = durableMethod('invoke');
    return inBatches(inputs, options ?? {}, (input, index) => {
      const { id = fixed, ...config } = optionsOf(index);
      if (id === undefined) return invoke(input, config);
      return invoke(input, { ...config, id: Array.isArray(given) ? id : `${id}.${index + 1}` });
    });
  };
  return new Proxy(target, {
    get(_, key) {
      if (key === 'withExecution') return (id: string) => wrapped(target, settings, id);
      if (key === 'resume') {
        return (id: string, { answers = {} }: Answered = {}) => resumeInvocation(id, answers, settings.engine);
      }
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function' || key === 'constructor') return value;
      if (key === 'withConfig') {
        return (config: unknown) => wrapped(Reflect.apply(value, target, [config]) as Target, settings, fixed);
      }
      const known =
        methods.get(key) ?? (METHODS.has(key) ? durableMethod(key as Method) : key === 'batch' ? batch : undefined);
      if (!known) return value.bind(target);
      methods.set(key, known);
      return known;
    },
    has: (_, key) => key === 'withExecution' || key === 'resume' || Reflect.has(target, key),
  });
}

function called(target: Target, settings: Settings, id: string | undefined, request: Request): unknown {
  const { name, engine, tools } = settings;
  const execute = runOf(target, settings);
  const { method, input, config, rest } = request;
  if (!isInExecution()) {
    return openInvocation({ name, id, request, run: execute, engine });
  }
  if (id !== undefined) {
    throw new UsageError(
      `Agent '${name}' was called in a flow with the id '${id}'. In a flow it is a part of the flow's execution, and ` +
        "takes no id of its own: leave it out, or start the flow with it: start(input, { id: '…' }).",
    );
  }
  // In a node or a tool of a graph that is recorded itself, it is a part of that.
  if (frames.getStore()) return withPolicies(tools, () => target[method](input, config, ...rest));
  const given = Promise.withResolvers<unknown>();
  given.promise.catch(() => {});
  const whole = execute(request, (value) => given.resolve(value));
  whole.catch((error) => given.reject(error));
  return method === 'invoke' ? whole : given.promise;
}

function nameOf(agent: object): string {
  const { name, options } = agent as { name?: unknown; options?: { name?: unknown } };
  const own = options?.name ?? name;
  return typeof own === 'string' && own !== '' && own !== 'LangGraph' ? own : 'agent';
}
