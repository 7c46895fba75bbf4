import { AsyncLocalStorage } from 'node:async_hooks';
import { current, type Flow, flow, type OpenWait, WaitingError } from '@reprise/core';
import { park } from '@reprise/core/adapter';
import { Outside } from './outside.ts';

export type Method = 'generate' | 'stream';

type Options = Readonly<Record<string, unknown>>;

/** Runs an agent within an execution. */
type Run = (method: Method, options: Options, outside: Outside) => Promise<unknown>;

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
  readonly options: Options;
  readonly run: Run;
  readonly outside: Outside;
  readonly given: PromiseWithResolvers<unknown>;
  /** Its agent runs, or has run: the execution was not at work in this process already. */
  isBegun: boolean;
}

/** The execution that an agent's call is. */
export interface AgentExecution {
  readonly id: string;
  /** How it ended in this process. Rejects with its error. */
  readonly ended: Promise<
    { readonly status: 'completed' } | { readonly status: 'waiting'; readonly waits: readonly OpenWait[] }
  >;
}

/** What an execution is recognised by. Callbacks and signals belong to one process. */
interface Input {
  readonly prompt?: unknown;
  readonly messages?: unknown;
  readonly options?: unknown;
}

const flows = new Map<string, Flow<Input, string | undefined>>();
const latest = new Map<string, Run>();
const running = new Map<string, Live>();
/** The call that the execution which is about to run belongs to; it is taken once. */
const calling = new AsyncLocalStorage<{ live: Live | undefined }>();

/** Opens an execution for a call of an agent, or goes on with it, and gives what the agent gives. */
export async function openInvocation({ name, method, options, run, ...request }: InvocationRequest): Promise<unknown> {
  const id = request.id ?? crypto.randomUUID();
  const live = liveOf(method, options, run);
  const start = () => register(name, run).start(inputOf(options), { id, retell: true });
  const handle = await calling.run({ live }, start);
  // Somebody else in this process may have begun it: what they get, this call gets, if it is of the same kind.
  const own = live.isBegun ? live : running.get(id);
  if (own?.method !== method) {
    await handle.result().catch(() => {});
    return openInvocation({ name, method, options, run, id });
  }
  const { given, outside } = own;
  const ended = handle.result().then(
    () => ({ status: 'completed' }) as const,
    (error) => {
      const isWaiting = WaitingError.isInstance(error);
      outside.stop.stop(error, isWaiting);
      // The loop has ended at a question, as it does at a tool of the client's.
      if (isWaiting && outside.waits.isOpen) return { status: 'waiting', waits: error.waits } as const;
      throw error;
    },
  );
  const forget = () => running.get(id) === own && running.delete(id);
  ended.then(forget, forget);
  const execution: AgentExecution = { id, ended };
  const result = () => given.promise.then((value) => withExecution(value, execution));
  if (method === 'stream') return Promise.race([result(), ended.then(result)]);
  const { status, ...rest } = await ended;
  // Answered before the execution was parked: it goes on at once.
  if (status === 'waiting' && 'waits' in rest && rest.waits.length === 0) {
    return openInvocation({ name, method, options, run, id });
  }
  return result();
}

function withExecution(value: unknown, execution: AgentExecution): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.defineProperty(value, 'execution', { value: execution, configurable: true });
}

function liveOf(method: Method, options: Options, run: Run): Live {
  const given = Promise.withResolvers<unknown>();
  given.promise.catch(() => {});
  return { method, options, run, outside: new Outside(), given, isBegun: false };
}

function inputOf({ prompt, messages, options }: Options): Input {
  const input = { prompt, messages, options };
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

/** Makes an agent's executions known, so that `recover()` can go on with them: with the last agent of a name. */
export function register(name: string, run: Run): Flow<Input, string | undefined> {
  latest.set(name, run);
  const made = flows.get(name) ?? flow(name, (input: Input) => perform(name, input));
  flows.set(name, made);
  return made;
}

async function perform(name: string, input: Input): Promise<string | undefined> {
  const { id } = current().execution;
  // Without a call of this process it goes on by itself: nobody reads a stream.
  const call = calling.getStore();
  const live = call?.live ?? liveOf('generate', input as Options, latest.get(name) as Run);
  if (call) call.live = undefined;
  live.isBegun = true;
  running.set(id, live);
  try {
    const result = (await live.run(live.method, live.options, live.outside)) as Result;
    live.given.resolve(result);
    if (live.method === 'stream') await toItsEnd(result, live.options);
    if (live.outside.waits.isOpen) return await park();
    return textOf(await result.text);
  } catch (error) {
    live.given.reject(error);
    throw error;
  } finally {
    if (running.get(id) === live) running.delete(id);
  }
}

interface Result {
  readonly text?: unknown;
  consumeStream?(options: { onError(error: unknown): void }): PromiseLike<void>;
}

// A reader that leaves would let the stream stand still.
async function toItsEnd(result: Result, { abortSignal }: { readonly abortSignal?: AbortSignal }): Promise<void> {
  let failure: unknown;
  await result.consumeStream?.({
    onError: (error) => {
      failure ??= error;
    },
  });
  abortSignal?.throwIfAborted();
  if (failure) throw failure;
}

function textOf(text: unknown): string | undefined {
  return typeof text === 'string' ? text : undefined;
}
