import type { OpenWait } from '../errors/index.ts';
import { ExecutionBusyError } from '../errors/index.ts';
import type { EngineContext } from '../execution/context.ts';
import type { Head } from '../execution/head.ts';
import { statusOf } from '../execution/status.ts';
import type { Engine } from '../flow/engine.ts';
import { type FlowHandle, handleOf } from '../flow/flow.ts';
import { isOff } from '../flow/off.ts';
import { keys } from '../journal/keys.ts';
import { resumeRoot } from './resume.ts';
import { allHeads } from './view.ts';

/**
 * Goes on with the executions of this process's flows that can go on: whose process is gone, whose wait was
 * answered, or whose sleep is over. Resolves with their handles as soon as they run; of one that could not be
 * taken hold of, the handle's result rejects with the reason. Call it when a process starts, and from time to
 * time where it lives long.
 */
export async function recoverExecutions(engine: Engine): Promise<FlowHandle<unknown>[]> {
  if (isOff()) return [];
  const context = await engine.context();
  const ready: Head[] = [];
  for await (const head of allHeads(context)) {
    const isOurs = head.parent === undefined && engine.hasFlow(head.flow) && !context.active.has(head.id);
    if (isOurs && (await canGoOn(context, head))) ready.push(head);
  }
  const handles: FlowHandle<unknown>[] = [];
  for (const head of ready) {
    try {
      handles.push(await resumeRoot(engine, context, head));
    } catch (error) {
      // Another process was faster.
      if (ExecutionBusyError.isInstance(error)) continue;
      // One that cannot go on must not keep the others from it.
      const result = Promise.reject(error);
      result.catch(() => {});
      handles.push(handleOf(engine, { id: head.id, execution: undefined, result }));
    }
  }
  return handles;
}

async function canGoOn(context: EngineContext, head: Head): Promise<boolean> {
  const status = statusOf(head, context.world);
  if (status === 'crashed') return true;
  if (status !== 'waiting') return false;
  // Answered in the moment in which it was parked.
  if (head.waits.length === 0) return true;
  if (head.waits.some(({ until }) => until !== undefined && until <= context.world.now())) return true;
  const involved = new Set([head.id, ...head.waits.map((wait) => wait.execution)]);
  const letters = await context.store.getMany([...[...involved].map(keys.cancel), ...head.waits.map(answerKey)]);
  return letters.some((letter) => letter !== undefined);
}

function answerKey({ execution, name, attempt }: OpenWait): string {
  return keys.answer(execution, name, attempt);
}
