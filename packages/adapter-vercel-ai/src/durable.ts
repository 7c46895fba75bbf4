import { type Budget, UsageError } from '@reprise/core';
import {
  type AgentExecution,
  checkPart,
  isOff,
  opensExecution,
  plainExecution,
  refuseWhenOff,
  withExecution,
} from '@reprise/core/adapter';
import { type Invocations, invocationsOf, type Method, type Run } from './agent/invocations.ts';
import { checkResumeStream, chunksAfter, type ResumeStreamOptions } from './agent/resume-stream.ts';
import { type Agent, runAgent } from './agent/run.ts';
import { checkDurableOptions, type DurableOptions } from './options.ts';
import { durableModule, isModule } from './sdk/module.ts';
import { spreadNet } from './sdk/net.ts';

/** What `durable` needs of an agent: `ToolLoopAgent`, `Experimental_Agent`, or anything that follows `Agent`. */
export interface DurableAgent {
  generate(options: never): unknown;
  stream(options: never): unknown;
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
type Streamed<A extends DurableAgent> = Awaited<ReturnType<A['stream']>>;
type Told<R, Part extends 'options' | 'stream'> = R extends { toUIMessageStream(options?: infer Options): infer Stream }
  ? { options: NonNullable<Options>; stream: Stream }[Part]
  : never;

interface Additions<A extends DurableAgent> {
  generate(options: Asked<A, 'generate'> & Named): Promise<Awaited<ReturnType<A['generate']>> & InExecution>;
  generate(options: Asked<A, 'generate'>): Promise<Awaited<ReturnType<A['generate']>> & Partial<InExecution>>;
  stream(options: Asked<A, 'stream'> & Named): Promise<Streamed<A> & InExecution>;
  stream(options: Asked<A, 'stream'>): Promise<Streamed<A> & Partial<InExecution>>;
  /** The same agent with its next call in this execution, where there is no place for an id. */
  withExecution(id: string): Durable<A>;
  /**
   * The chunks for a user interface that a client has missed, and then those that come: of an execution that runs in this
   * process, that has ended, or that goes on here. Takes what `toUIMessageStream` takes; give what the first stream got.
   * Throws `NotFoundError` where there is no such execution, `ExecutionBusyError` where another process runs it.
   */
  resumeStream(
    id: string,
    options?: ResumeStreamOptions & Partial<Told<Streamed<A>, 'options'>>,
  ): Promise<Told<Streamed<A>, 'stream'>>;
}

/** An agent as it was, with an id for each call. In version 5, `stream` gives a promise, as it does from 6 on. */
export type Durable<A extends DurableAgent> =
  ReturnType<A['stream']> extends PromiseLike<unknown> ? Additions<A> & A : Additions<A> & Omit<A, 'stream'>;

type ToolsOf<A> = A extends { readonly tools: infer Tools extends object } ? Tools : object;

/**
 * Makes an agent of the AI SDK durable: each model call and each tool call is recorded, and served from the journal when
 * the agent goes on. Given the SDK's module, `durable(ai)`, it makes `generateText` and its siblings durable in a flow.
 */
export function durable<A extends DurableAgent>(agent: A, options?: DurableOptions<ToolsOf<A>>): Durable<A>;
export function durable<M extends { readonly generateText: unknown }>(ai: M): M;
export function durable(given: object, options: DurableOptions = {}): unknown {
  if (isModule(given)) return durableModule(given);
  const agent = given as Agent;
  if (typeof agent?.generate !== 'function' || typeof agent.stream !== 'function') {
    throw new UsageError(
      'durable() takes an agent of the AI SDK, as in durable(new ToolLoopAgent({ … })), or its module, as in durable(ai).',
    );
  }
  checkDurableOptions(options, agent.tools ?? agent.settings?.tools);
  if (options.tools && !agent.settings) {
    throw new UsageError(
      "Option 'tools' of durable() is for agents whose settings can be seen, such as ToolLoopAgent. Make the tools of this " +
        'one durable where it is made: durableTools(tools, { … }).',
    );
  }
  const name = options.name ?? agent.id ?? 'agent';
  const run: Run = (method, asked, outside) => {
    spreadNet();
    return runAgent(agent, name, options.tools, method, asked, outside);
  };
  const invocations = invocationsOf(options.reprise);
  invocations.flows.declare(name, options.budget, run);
  return wrapped(agent, name, run, invocations, undefined, options.budget);
}

function wrapped(
  agent: Agent,
  name: string,
  run: Run,
  invocations: Invocations,
  fixed: string | undefined,
  budget: Budget | undefined,
): object {
  const call = (method: Method) => async (given: Record<string, unknown> & Partial<Named>) => {
    const { id = fixed, ...asked } = given ?? {};
    if (isOff()) {
      const result = await agent[method](asked as never);
      return id === undefined ? result : withExecution(result, plainExecution(id));
    }
    if (opensExecution(id)) return invocations.open({ name, id, method, options: asked, run });
    checkPart(name, { id, budget });
    return run(method, asked);
  };
  const additions: Record<PropertyKey, unknown> = {
    generate: call('generate'),
    stream: call('stream'),
    withExecution: (id: string) => wrapped(agent, name, run, invocations, id, budget),
    async resumeStream(id: string, asked: ResumeStreamOptions = {}) {
      checkResumeStream(asked);
      refuseWhenOff(`execution ${id} of agent '${name}' cannot go on`);
      return chunksAfter(await invocations.resume(name, id, run), asked);
    },
  };
  return new Proxy(agent, {
    get: (target, key) => (Object.hasOwn(additions, key) ? additions[key] : Reflect.get(target, key, target)),
    has: (target, key) => Object.hasOwn(additions, key) || Reflect.has(target, key),
  });
}
