import { type Budget, UsageError } from '@reprise/core';
import { checkOptions, isBudget, isInExecution, isName } from '@reprise/core/adapter';
import { type BatchOptions, inBatches } from './batch.ts';
import { frames } from './frame.ts';
import { type AgentExecution, declare, openInvocation, register, resumeInvocation } from './invocation.ts';
import { type Method, type Request, run, type Target } from './run.ts';

/** What `durable` needs: an agent, a compiled graph, an entrypoint, or any other Runnable of LangChain. */
export interface DurableTarget {
  // biome-ignore lint/suspicious/noExplicitAny: each agent has its own types, and they are kept
  invoke(input: any, config?: any): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  stream(input: any, config?: any): unknown;
}

export interface DurableOptions {
  /** What executions of this agent are called. @default the agent's own name, else 'agent' */
  readonly name?: string;
  /**
   * What the model calls of an execution may use: see `flow`. Agents of one name have one. In a flow it is the flow's that
   * counts, and this one is refused. @default the one of `configure()`
   */
  readonly budget?: Budget;
}

/** An agent as it was declared. */
interface Declared {
  readonly name: string;
  readonly budget: Budget | undefined;
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

const CHECKS = { name: isName, budget: isBudget };

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
  checkOptions(options, 'durable()', CHECKS);
  const name = options.name ?? nameOf(agent);
  declare(name, options.budget);
  register(name, (request, give) => run(target, name, request, give));
  return wrapped(target, { name, budget: options.budget }, undefined) as Durable<T>;
}

function wrapped(target: Target, agent: Declared, fixed: string | undefined): object {
  const methods = new Map<PropertyKey, unknown>();
  const durableMethod =
    (method: Method) =>
    // Version 3 and the older ones of `streamEvents` differ in what they give at once, and what by a promise.
    (input: unknown, given?: unknown, ...rest: unknown[]) => {
      const { id = fixed, ...config } = (given ?? {}) as Partial<Named>;
      const request: Request = { method, input, config: given === undefined ? undefined : config, rest };
      return called(target, agent, id, request);
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
      if (key === 'withExecution') return (id: string) => wrapped(target, agent, id);
      if (key === 'resume') return (id: string, options: Answered = {}) => resumeInvocation(id, options.answers ?? {});
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function' || key === 'constructor') return value;
      if (key === 'withConfig') {
        return (config: unknown) => wrapped(Reflect.apply(value, target, [config]) as Target, agent, fixed);
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

function called(target: Target, { name, budget }: Declared, id: string | undefined, request: Request): unknown {
  const { method, input, config, rest } = request;
  if (!isInExecution()) {
    return openInvocation({
      name,
      id,
      request,
      run: (asked, give) => run(target, name, asked, give),
    });
  }
  if (budget) {
    throw new UsageError(
      `Agent '${name}' has a budget of its own and was called in a flow. There it is a part of the flow's execution: give ` +
        "the budget to that, flow('name', …, { budget }), or call the agent in a smaller flow that has one.",
    );
  }
  if (id !== undefined) {
    throw new UsageError(
      `Agent '${name}' was called in a flow with the id '${id}'. In a flow it is a part of the flow's execution, and ` +
        "takes no id of its own: leave it out, or start the flow with it: start(input, { id: '…' }).",
    );
  }
  // In a node or a tool of a graph that is recorded itself, it is a part of that.
  if (frames.getStore()) return target[method](input, config, ...rest);
  const given = Promise.withResolvers<unknown>();
  given.promise.catch(() => {});
  const whole = run(target, name, request, (value) => given.resolve(value));
  whole.catch((error) => given.reject(error));
  return method === 'invoke' ? whole : given.promise;
}

function nameOf(agent: object): string {
  const { name, options } = agent as { name?: unknown; options?: { name?: unknown } };
  const own = options?.name ?? name;
  return typeof own === 'string' && own !== '' && own !== 'LangGraph' ? own : 'agent';
}
