import type { EngineContext } from '../execution/context.ts';
import { requireHead } from '../execution/head.ts';
import type { ExecutionStatus } from '../execution/status.ts';
import { JournalView } from '../journal/view.ts';
import type { World } from '../world/world.ts';
import type { CallRecord, ExecutionSummary } from './records.ts';
import { readCalls, summarize } from './view.ts';

/** What somebody who watches an execution sees. */
export type WatchEvent =
  | { readonly type: 'status'; readonly execution: ExecutionSummary }
  | { readonly type: 'call'; readonly call: CallRecord };

/** How an execution is watched. */
export interface WatchOptions {
  /** Ends the watching. */
  readonly signal?: AbortSignal;
  /** How often the store is looked at, in milliseconds. @default 250 */
  readonly interval?: number;
}

const OVER: readonly ExecutionStatus[] = ['completed', 'failed', 'cancelled'];

/** Follows an execution in the store: first what there is, then what is added. */
export async function* watchExecution(
  context: EngineContext,
  id: string,
  { signal, interval = 250 }: WatchOptions,
): AsyncGenerator<WatchEvent> {
  const shown = new Map<string, string>();
  let status = '';
  while (!signal?.aborted) {
    const head = await requireHead(context, id);
    const summary = summarize(context, head);
    const view = await JournalView.open(context.store, context.seal, id, head.segments);
    for (const call of await readCalls(view)) {
      const state = `${call.status} ${call.drifts}`;
      if (shown.get(call.id) === state) continue;
      shown.set(call.id, state);
      yield { type: 'call', call };
    }
    const now = `${summary.status} ${summary.waits.map((wait) => wait.name).join()}`;
    if (now !== status) yield { type: 'status', execution: summary };
    status = now;
    if (OVER.includes(summary.status)) return;
    await pause(context.world, interval, signal);
  }
}

function pause(world: World, milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = world.setTimer(done, milliseconds);
    signal?.addEventListener('abort', done);
    function done() {
      world.clearTimer(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
  });
}
