import { UsageError } from '../errors/index.ts';
import { runAttempts } from '../execution/attempts.ts';
import { ambient } from '../execution/execution.ts';
import { summary } from '../execution/outcomes.ts';
import type { CallContext, CallSpec, StreamSpec } from '../execution/spec.ts';
import type { ExecutionStatus } from '../execution/status.ts';
import { realWorld } from '../world/world.ts';
import type { AgentExecution } from './agent/flows.ts';
import type { FlowHandle } from './flow.ts';

/** The environment variable with which a program runs as if Reprise were not there. */
const SWITCH = 'REPRISE';
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Whether the running code is to be left alone. An execution that was begun before goes on as it was begun. */
export function isOff(): boolean {
  return ambient.getStore() === undefined && isSwitchedOff();
}

// Read each time: a test sets it when the modules are loaded already.
function isSwitchedOff(): boolean {
  const word = process.env[SWITCH];
  if (!word || word === 'on') return false;
  if (word === 'off') return true;
  throw new UsageError(`${SWITCH} is 'on' or 'off'; it was '${word}'. Unset it to have Reprise on.`);
}

/** Refuses what cannot be done without a journal. `so` says what that means here. */
export function refuseWhenOff(so: string): void {
  if (isOff()) throw refusal(so);
}

function refusal(so: string): UsageError {
  return new UsageError(`${SWITCH}=off is set, so ${so}. Unset ${SWITCH}, or set it to on.`);
}

/** The handle on a flow's function that was only called. */
export function plainHandle(id: string | undefined, result: Promise<unknown>): FlowHandle<unknown> {
  let status: ExecutionStatus = 'running';
  const isOver = (how: ExecutionStatus) => () => {
    status = how;
  };
  result.then(isOver('completed'), isOver('failed'));
  const named = id ?? realWorld.newId();
  return {
    id: named,
    result: () => result,
    status: async () => status,
    cancel: () => Promise.reject(refusal(`'${named}' is a plain call of a function, and cannot be cancelled`)),
  };
}

/** A call that is only made. Retries and timeouts are what the program counts on, and need no journal. */
export async function plainCall<T>({
  name,
  retry,
  timeout,
  run,
}: Pick<CallSpec<T>, 'name' | 'retry' | 'timeout' | 'run'>): Promise<T> {
  const context = plainContext();
  const { signal } = context;
  const { outcome } = await runAttempts<T>(
    {
      name,
      retry,
      timeout,
      world: realWorld,
      signal,
      gone: signal,
      describe: summary,
      stopped: (error) => Promise.reject(error),
    },
    async (attempt, limited) => run({ ...context, attempt, signal: limited }),
  );
  if (!outcome.ok) throw outcome.error;
  return outcome.value;
}

/** A stream that is only passed on. */
export async function* plainStream<Chunk>({ run }: StreamSpec<Chunk>): AsyncGenerator<Chunk> {
  yield* await run(plainContext());
}

// Ids of its own each time: nothing that is kept under one of them may be taken for another call's.
function plainContext(): CallContext {
  const id = realWorld.newId();
  return { id, signal: new AbortController().signal, idempotencyKey: id, attempt: 1 };
}

/** What the result of an agent's call that was given an id tells of its execution: there is none that could go on. */
export function plainExecution(id: string): AgentExecution {
  return { id, ended: Promise.resolve({ status: 'completed' }) };
}

/** Resolves at that time, in this process. */
export async function plainSleep(until: number): Promise<void> {
  for (let left = until - Date.now(); left > 0; left = until - Date.now()) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, LONGEST_TIMER_MS)));
  }
}
