import { CancelledError, ExecutionBusyError, NotFoundError, StateError } from '../errors/index.ts';
import type { EngineContext } from '../execution/context.ts';
import { summary } from '../execution/error-text.ts';
import { requireHead } from '../execution/head.ts';
import { type Held, hold } from '../execution/hold.ts';
import { History } from '../identity/history.ts';
import { encode } from '../journal/codec.ts';
import { keys } from '../journal/keys.ts';
import { callKey } from '../journal/records.ts';
import { JournalView } from '../journal/view.ts';
import type { Engine } from './engine.ts';

/** Who wants an execution to end, and why. */
export interface CancelRequest {
  readonly reason?: string | undefined;
  readonly by?: string | undefined;
}

/** Ends an execution: at once where nobody runs it, else as soon as its process sees the request. */
export async function cancelExecution(engine: Engine, id: string, request: CancelRequest): Promise<void> {
  const context = await engine.context();
  const head = await requireHead(context, id);
  if (head.status === 'completed') throw new StateError(`Execution ${id} has completed; there is nothing to cancel.`);
  if (head.status === 'cancelled') return;
  if (await leaveLetter(context, id, request)) return;
  const policy = { onDrift: undefined, onDivergence: 'error', durability: 'sync', version: undefined } as const;
  let held: Held;
  try {
    held = await hold(context, { id, flow: head.flow, policy });
  } catch (error) {
    // Its process finds the letter.
    if (ExecutionBusyError.isInstance(error)) return;
    throw error;
  }
  if (held.is === 'over') return;
  await cancelChildren(engine, context, id);
  const { execution } = held;
  const at = context.world.now();
  const value = encode(request.reason, 'reason');
  await execution.journal.append({ head: { t: 'end', status: 'cancelled', at }, value });
  await execution.keeper.update({
    status: 'cancelled',
    endedAt: at,
    error: summary(new CancelledError(id, request.reason)),
    waits: [],
    lease: undefined,
    segments: execution.journal.segments,
  });
  execution.emit({ type: 'cancelled' });
}

/** Leaves the request for whoever runs the execution; tells whether this process does. */
async function leaveLetter(context: EngineContext, id: string, { reason, by }: CancelRequest): Promise<boolean> {
  const { store, seal, world, active } = context;
  const key = keys.cancel(id);
  const letter = {
    v: 1,
    at: world.now(),
    ...(reason === undefined ? {} : { reason }),
    ...(by === undefined ? {} : { by }),
  };
  await store.putIfAbsent(key, seal.close(key, JSON.stringify(letter)));
  const running = active.get(id);
  if (!running || running.execution.lifetime.isOver) return false;
  await running.execution.mailbox.look();
  return true;
}

async function cancelChildren(engine: Engine, context: EngineContext, id: string): Promise<void> {
  const { records } = await JournalView.open(context.store, context.seal, id);
  for (const { start, end } of new History(records).entries.values()) {
    if (start.kind !== 'flow' || end) continue;
    try {
      await cancelExecution(engine, `${id}.${callKey(start)}`, { reason: 'its parent was cancelled' });
    } catch (error) {
      // A child that never began, or has completed, has nothing to end.
      if (!NotFoundError.isInstance(error) && !StateError.isInstance(error)) throw error;
    }
  }
}
