import { UsageError } from '@reprise/core';
import { isInExecution, scope } from '@reprise/core/adapter';
import { bound, type Settings } from './binding.ts';
import { covered } from './covered.ts';
import { type AgentExecution, type Method, openInvocation, register } from './invocation.ts';
import { durableModule, isModule } from './module.ts';
import { spreadNet } from './net.ts';
import type { Outside } from './outside.ts';

/** What `durable` needs of an agent: `ToolLoopAgent`, `Experimental_Agent`, or anything that follows `Agent`. */
export interface DurableAgent {
  generate(options: never): unknown;
  stream(options: never): unknown;
}

export interface DurableOptions {
  /** What executions of this agent are called. @default the agent's own id, else 'agent' */
  readonly name?: string;
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

type Asked<A extends DurableAgent, M extends Method> = Parameters<A[M]>[0];

interface Additions<A extends DurableAgent> {
  generate(options: Asked<A, 'generate'> & Named): Promise<Awaited<ReturnType<A['generate']>> & InExecution>;
  generate(options: Asked<A, 'generate'>): Promise<Awaited<ReturnType<A['generate']>> & Partial<InExecution>>;
  stream(options: Asked<A, 'stream'> & Named): Promise<Awaited<ReturnType<A['stream']>> & InExecution>;
  stream(options: Asked<A, 'stream'>): Promise<Awaited<ReturnType<A['stream']>> & Partial<InExecution>>;
  /** The same agent with its next call in this execution, where there is no place for an id. */
  withExecution(id: string): Durable<A>;
}

/** An agent as it was, with an id for each call. In version 5, `stream` gives a promise, as it does from 6 on. */
export type Durable<A extends DurableAgent> =
  ReturnType<A['stream']> extends PromiseLike<unknown> ? Additions<A> & A : Additions<A> & Omit<A, 'stream'>;

interface Inside extends DurableAgent {
  readonly id?: string;
  readonly settings?: Settings;
}

/**
 * Makes an agent of the AI SDK durable: each model call and each tool call is recorded, and served from the journal when
 * the agent goes on. Given the SDK's module, `durable(ai)`, it makes `generateText` and its siblings durable in a flow.
 */
export function durable<A extends DurableAgent>(agent: A, options?: DurableOptions): Durable<A>;
export function durable<M extends { readonly generateText: unknown }>(ai: M): M;
export function durable(given: object, options: DurableOptions = {}): unknown {
  if (isModule(given)) return durableModule(given);
  const agent = given as Inside;
  if (typeof agent?.generate !== 'function' || typeof agent.stream !== 'function') {
    throw new UsageError(
      'durable() takes an agent of the AI SDK, as in durable(new ToolLoopAgent({ … })), or its module, as in durable(ai).',
    );
  }
  checkOptions(options);
  const name = options.name ?? agent.id ?? 'agent';
  register(name, (method, given, outside) => run(agent, name, method, given, outside));
  return wrapped(agent, name, undefined);
}

function wrapped(agent: Inside, name: string, fixed: string | undefined): object {
  const call = (method: Method) => async (given: Record<string, unknown> & Partial<Named>) => {
    const { id = fixed, ...options } = given ?? {};
    if (isInExecution()) {
      if (id !== undefined) {
        throw new UsageError(
          `Agent '${name}' was called in a flow with the id '${id}'. In a flow it is a part of the flow's execution, and ` +
            "takes no id of its own: leave it out, or start the flow with it: start(input, { id: '…' }).",
        );
      }
      return run(agent, name, method, options);
    }
    return openInvocation({ name, id, method, options, run: (m, o, outside) => run(agent, name, m, o, outside) });
  };
  const additions: Record<PropertyKey, unknown> = {
    generate: call('generate'),
    stream: call('stream'),
    withExecution: (id: string) => wrapped(agent, name, id),
  };
  return new Proxy(agent, {
    get: (target, key) => (Object.hasOwn(additions, key) ? additions[key] : Reflect.get(target, key, target)),
    has: (target, key) => Object.hasOwn(additions, key) || Reflect.has(target, key),
  });
}

/** Runs the agent with its parts bound, within an execution. The calls of its loop follow one another. */
function run(
  agent: Inside,
  name: string,
  method: Method,
  options: Record<string, unknown>,
  outside?: Outside,
): Promise<unknown> {
  spreadNet();
  const work = async () => {
    const { settings } = agent;
    const inner = settings ? copyOf(agent, bound(settings, outside)) : agent;
    const given = method === 'stream' && outside ? stoppable(options, outside) : options;
    return covered.run(settings ? 'by models' : undefined, () => inner[method](given as never));
  };
  return scope(name, undefined, work, { sequential: true });
}

function stoppable(options: Record<string, unknown>, { stop }: Outside): Record<string, unknown> {
  const { abortSignal } = options as { abortSignal?: AbortSignal };
  return { ...options, abortSignal: abortSignal ? AbortSignal.any([abortSignal, stop.signal]) : stop.signal };
}

function copyOf(agent: Inside, settings: Settings): Inside {
  const copy = Object.create(Object.getPrototypeOf(agent), Object.getOwnPropertyDescriptors(agent)) as Inside;
  return Object.defineProperty(copy, 'settings', { value: settings, configurable: true, enumerable: true });
}

function checkOptions(options: DurableOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (name !== 'name') throw new UsageError(`durable() has no option '${name}'. There is: name.`);
    if (value !== undefined && typeof value !== 'string') {
      throw new UsageError(`Option 'name' of durable() must be a text, and is ${typeof value}.`);
    }
  }
}
