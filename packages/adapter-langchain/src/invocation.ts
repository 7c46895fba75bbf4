import { AsyncLocalStorage } from 'node:async_hooks';
import { isDeepStrictEqual } from 'node:util';
import {
  type Budget,
  current,
  executions,
  type Flow,
  flow,
  type OpenWait,
  UsageError,
  WaitingError,
  waits,
} from '@reprise/core';
import type { Asked } from './bubble-up.ts';
import { isMessage } from './messages.ts';
import { questions } from './questions.ts';
import type { Give, Request } from './run.ts';
import type { Relay } from './streams.ts';
import { values } from './values.ts';

/** Runs an agent within an execution. */
type Run = (request: Request, give: Give) => Promise<unknown>;

/** One call of an agent outside of every flow: an execution of its own. */
export interface InvocationRequest {
  readonly name: string;
  readonly id: string | undefined;
  readonly request: Request;
  readonly run: Run;
}

/** The execution that an agent's call is. */
export interface AgentExecution {
  readonly id: string;
  /** How it ended in this process. Rejects with its error. */
  readonly ended: Promise<
    { readonly status: 'completed' } | { readonly status: 'waiting'; readonly waits: readonly OpenWait[] }
  >;
}

/** What an agent gives lives only in a process, and is made anew where the execution is told once more. */
interface Live {
  readonly request: Request;
  readonly run: Run;
  readonly given: PromiseWithResolvers<unknown>;
  readonly asked: Asked[];
  relay: Relay | undefined;
  /** Its agent runs, or has run: the execution was not at work in this process already. */
  isBegun: boolean;
}

/** What an execution is recognised by, and goes on with in any process. Callbacks and signals belong to one. */
interface Input {
  readonly input: unknown;
  readonly configurable?: Readonly<Record<string, unknown>>;
}

const flows = new Map<string, Flow<Input, undefined>>();
const budgets = new Map<string, Budget | undefined>();
const latest = new Map<string, Run>();
const running = new Map<string, Live>();
/** The call that the execution which is about to run belongs to; it is taken once. */
const calling = new AsyncLocalStorage<{ live: Live | undefined }>();

/** Opens an execution for a call of an agent, or goes on with it, and gives what the agent gives. */
export async function openInvocation({ name, request, run, ...named }: InvocationRequest): Promise<unknown> {
  const id = named.id ?? crypto.randomUUID();
  const live = liveOf(request, run);
  const start = () => register(name, run).start(inputOf(request), { id, retell: true });
  const handle = await calling.run({ live }, start);
  // Somebody else in this process may have begun it: what they get, this call gets, if it is of the same kind.
  const own = live.isBegun ? live : running.get(id);
  if (own?.request.method !== request.method) {
    await handle.result().catch(() => {});
    return openInvocation({ name, id, request, run });
  }
  const ended = handle.result().then(
    () => ({ status: 'completed' }) as const,
    (error) => {
      // A graph that stands at `interrupt()` has not failed: its caller is told the question, as LangGraph does it.
      const isAsking = WaitingError.isInstance(error) && own.asked.length > 0;
      if (isAsking) stopAsking(own);
      else own.relay?.end({ error });
      own.given.reject(error);
      if (isAsking) return { status: 'waiting', waits: (error as WaitingError).waits } as const;
      throw error;
    },
  );
  ended.catch(() => {});
  const forget = () => running.get(id) === own && running.delete(id);
  ended.then(forget, forget);
  const execution: AgentExecution = { id, ended };
  const result = () => own.given.promise.then((value) => withExecution(value, execution));
  if (request.method !== 'invoke') return Promise.race([result(), ended.then(result)]);
  const { status } = await ended;
  return status === 'waiting' ? withExecution({ __interrupt__: [...own.asked] }, execution) : result();
}

function stopAsking({ relay, asked }: Live): void {
  relay?.push({ __interrupt__: [...asked] });
  relay?.end();
}

function withExecution(value: unknown, execution: AgentExecution): unknown {
  if (typeof value !== 'object' || value === null || !Object.isExtensible(value)) return value;
  return Object.defineProperty(value, 'execution', { value: execution, configurable: true });
}

function liveOf(request: Request, run: Run): Live {
  const given = Promise.withResolvers<unknown>();
  given.promise.catch(() => {});
  return { request, run, given, asked: [], relay: undefined, isBegun: false };
}

function inputOf({ input, config }: Request): Input {
  const { configurable } = (config ?? {}) as { configurable?: Record<string, unknown> };
  const data = Object.entries(configurable ?? {}).filter(([, value]) =>
    ['string', 'number', 'boolean'].includes(typeof value),
  );
  return { input: values.encode(input), ...(data.length > 0 ? { configurable: Object.fromEntries(data) } : {}) };
}

/** Goes on with an execution, with its own input, once its questions are answered. */
export async function resumeInvocation(id: string, answers: Readonly<Record<string, unknown>>): Promise<unknown> {
  for (const [wait, answer] of Object.entries(answers)) {
    await waits.answer(id, wait, answer);
  }
  const handle = await executions.resume(id);
  const live = running.get(id);
  try {
    await handle.result();
  } catch (error) {
    if (WaitingError.isInstance(error) && live && live.asked.length > 0) return { __interrupt__: [...live.asked] };
    throw error;
  }
  return live?.given.promise;
}

/** The budget of an agent's executions: agents of one name are one flow, and have one. */
export function declare(name: string, budget: Budget | undefined): void {
  if (flows.has(name) && !isDeepStrictEqual(budgets.get(name), budget)) {
    throw new UsageError(
      `There are two agents named '${name}' with different budgets. Give each a name of its own: ` +
        "durable(agent, { name: '…', budget }).",
    );
  }
  budgets.set(name, budget);
}

/** Makes an agent's executions known, so that `recover()` can go on with them: with the last agent of a name. */
export function register(name: string, run: Run): Flow<Input, undefined> {
  latest.set(name, run);
  const budget = budgets.get(name);
  const made = flows.get(name) ?? flow(name, (input: Input) => perform(name, input), budget ? { budget } : {});
  flows.set(name, made);
  return made;
}

async function perform(name: string, { input, configurable }: Input): Promise<undefined> {
  const { id } = current().execution;
  // Without a call of this process it goes on by itself: nobody reads a stream.
  const call = calling.getStore();
  const config = configurable && { configurable };
  const byItself: Request = { method: 'invoke', input, config, rest: [] };
  const live = call?.live ?? liveOf(byItself, latest.get(name) as Run);
  if (call) call.live = undefined;
  live.isBegun = true;
  running.set(id, live);
  // The ids that LangGraph gives to messages without one are others each time.
  const request = { ...live.request, input: identified(values.decode(input), id) };
  const give: Give = (value, relay) => {
    live.relay = relay;
    live.given.resolve(value);
  };
  try {
    await questions.run(live.asked, () => live.run(request, give));
    return undefined;
  } catch (error) {
    live.given.reject(error);
    throw error;
  } finally {
    if (running.get(id) === live) running.delete(id);
  }
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
