import { CancelledError, FencedError, RepriseError, StoreError, WaitingError } from '../errors/index.ts';
import type { Active, EngineContext } from '../execution/context.ts';
import type { Execution } from '../execution/execution.ts';
import { type Held, hold } from '../execution/hold.ts';
import { checkSame, type HoldRequest } from '../execution/hold-request.ts';
import { encode } from '../journal/codec.ts';
import { refuseWhileImported } from './imported.ts';

type Program = (input: never) => unknown;

/** An execution that was started or joined: its result, and the execution while this process runs it. */
export interface Started {
  readonly id: string;
  readonly execution: Execution | undefined;
  readonly result: Promise<unknown>;
}

/**
 * Starts an execution, joins it where this process runs it already, goes on with it where it had stopped, and
 * gives the recorded result where it is over.
 */
export async function startExecution(context: EngineContext, request: HoldRequest, program: Program): Promise<Started> {
  const { id } = request;
  refuseWhileImported(id);
  const starting = context.starting.get(id);
  if (starting) {
    await starting.catch(() => {});
    return startExecution(context, request, program);
  }
  const work = startNow(context, request, program);
  context.starting.set(id, work);
  try {
    return await work;
  } finally {
    context.starting.delete(id);
  }
}

async function startNow(context: EngineContext, request: HoldRequest, program: Program): Promise<Started> {
  const { id } = request;
  const active = context.active.get(id);
  if (active && !active.execution.lifetime.isOver) {
    checkSame(context, request, active.execution.origin);
    return { id, execution: active.execution, result: active.result };
  }
  await active?.over;
  const held = await hold(context, request);
  if (held.is === 'retold') return retell(held, program);
  if (held.is === 'over') return over(id, held);
  const tracing = context.tracing();
  if (tracing) held.execution.trace = (await tracing)?.(held.execution);
  return run(context, held, program);
}

/** Runs the program of a completed execution once more: every call is served, and nothing is recorded. */
function retell({ execution, input }: Extract<Held, { is: 'retold' }>, program: Program): Started {
  const result = execution
    .run(() => Promise.resolve(program(input as never)))
    .catch((error) => Promise.reject(execution.lifetime.stopReason ?? error));
  result.catch(() => {});
  return { id: execution.id, execution, result };
}

function over(id: string, held: Extract<Held, { is: 'over' }>): Started {
  const result =
    held.status === 'completed'
      ? Promise.resolve(held.value)
      : Promise.reject(new CancelledError(id, reasonOf(held.value)));
  result.catch(() => {});
  return { id, execution: undefined, result };
}

function reasonOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function run(context: EngineContext, held: Extract<Held, { is: 'held' }>, program: Program): Started {
  const { execution, input, resumed } = held;
  const { id } = execution;
  execution.emit(resumed ? { type: 'resumed', recorded: execution.history.outcomes.length } : { type: 'started' });
  const { trace } = execution;
  const start = () => Promise.resolve(program(input as never));
  const result = settle(context, execution, trace ? () => trace.inside(start) : start);
  result.catch(() => {});
  const active: Active = { execution, result, over: release(context, execution, result) };
  context.active.set(id, active);
  context.parked.delete(id);
  return { id, execution, result };
}

async function settle(context: EngineContext, execution: Execution, program: () => Promise<unknown>): Promise<unknown> {
  const { id } = execution;
  let value: unknown;
  try {
    value = await execution.run(program);
    const text = execution.payloads.encode(value, 'result', { part: 'output', ...whole(execution) });
    await end(context, execution, 'completed', text);
  } catch (error) {
    const reason = execution.lifetime.stopReason ?? error;
    if (WaitingError.isInstance(reason) && reason.execution === id) await waiting(context, execution, reason);
    else if (CancelledError.isInstance(reason) && reason.execution === id) {
      await end(context, execution, 'cancelled', encode(reason.reason, 'reason'), reason);
    } else await failed(context, execution, reason);
    throw reason;
  }
  return value;
}

async function waiting(context: EngineContext, execution: Execution, { waits }: WaitingError): Promise<void> {
  context.parked.set(execution.id, execution.suspension.checks);
  await execution.keeper.update({
    status: 'waiting',
    waits,
    segments: execution.journal.segments,
    calls: execution.outcomes.counts,
    lease: undefined,
  });
  execution.emit({ type: 'waiting', waits });
}

async function failed(context: EngineContext, execution: Execution, error: unknown): Promise<void> {
  if (FencedError.isInstance(error)) return;
  if (StoreError.isInstance(error)) keepUnwritten(context, execution);
  else {
    try {
      await end(context, execution, 'failed', execution.payloads.encodeError(error, whole(execution)), error);
      return;
    } catch {
      // The program's own error says more than the store's.
      keepUnwritten(context, execution);
    }
  }
  execution.emit({ type: 'failed', error });
}

// What was paid for is kept in this process, and written first when it goes on with the execution.
function keepUnwritten(context: EngineContext, execution: Execution): void {
  context.unwritten.set(execution.id, execution.journal);
}

async function end(
  context: EngineContext,
  execution: Execution,
  status: 'completed' | 'failed' | 'cancelled',
  text: string,
  error?: unknown,
): Promise<void> {
  const at = context.world.now();
  const { isQuiet } = execution.lifetime;
  const over = status === 'failed' ? execution.failures.callsOf(error) : [];
  await execution.journal.append({
    head: { t: 'end', status, at, ...(over.length > 0 ? { over } : {}) },
    value: text,
  });
  // Not before: an execution that counts as completed is not gone on with, so its result must be there. And where
  // the store will not have it, nothing is lost: whoever asks next mends it.
  await execution.keeper
    .update({
      status,
      endedAt: at,
      waits: [],
      segments: execution.journal.segments,
      calls: execution.outcomes.counts,
      ...(status === 'completed' ? {} : { error: execution.payloads.summary(error, whole(execution)) }),
      ...(isQuiet ? { lease: undefined } : {}),
    })
    .catch(() => {});
  execution.emit(status === 'failed' ? { type: 'failed', error } : { type: status });
}

function whole({ flow }: Execution): { kind: string; name: string } {
  return { kind: 'execution', name: flow };
}

// A race's loser, or the siblings of a call that failed, may still be at work: what they bring was paid for.
async function release(context: EngineContext, execution: Execution, result: Promise<unknown>): Promise<void> {
  await result.catch(() => {});
  const wasQuiet = execution.lifetime.isQuiet;
  try {
    await execution.lifetime.quiet();
    if (!wasQuiet && !context.unwritten.has(execution.id)) {
      await execution.journal.flush();
      await execution.keeper.update({
        lease: undefined,
        calls: execution.outcomes.counts,
        segments: execution.journal.segments,
      });
    }
  } catch (error) {
    if (!RepriseError.isInstance(error)) throw error;
  } finally {
    execution.mailbox.stop();
    execution.trace?.end();
    if (context.active.get(execution.id)?.execution === execution) context.active.delete(execution.id);
  }
}
