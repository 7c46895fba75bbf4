import { StateError } from '../errors/index.ts';
import type { EngineContext } from '../execution/context.ts';
import { isHeld, requireHead } from '../execution/head.ts';
import { keys } from '../journal/keys.ts';
import { allHeads, unlessInFamily } from './view.ts';

/** All keys of an execution but its head's. */
export async function keysOf({ store }: Pick<EngineContext, 'store'>, id: string): Promise<string[]> {
  const found: string[] = [];
  for (const prefix of [keys.segments(id), keys.blobs(id), keys.mailbox(id)]) {
    for (let after: string | undefined; ; ) {
      const page = await store.scan(prefix, after === undefined ? { limit: 500 } : { after, limit: 500 });
      for (const { key } of page) found.push(key);
      after = page.at(-1)?.key;
      if (page.length < 500) break;
    }
  }
  return found;
}

/** Removes an execution and its children; the head last, so that it can be done again when it was interrupted. */
export async function deleteExecution(context: EngineContext, id: string): Promise<void> {
  const head = await requireHead(context, id);
  const isRunning =
    context.active.has(id) || (head.status === 'running' && isHeld(head.owner, head.lease, context.world));
  if (isRunning) throw new StateError(`Execution ${id} is running. Cancel it first: executions.cancel('${id}').`);
  for await (const other of allHeads(context, unlessInFamily(id))) {
    if (other.parent === id) await deleteExecution(context, other.id);
  }
  const found = await keysOf(context, id);
  // The last segments first: a journal that is cut short is whole, one with a hole is damaged.
  for (let end = found.length; end > 0; end -= 500) {
    await context.store.deleteMany(found.slice(Math.max(0, end - 500), end).reverse());
  }
  const lineage = head.replay ? [keys.replay(head.replay.of, id)] : [];
  await context.store.deleteMany([...lineage, keys.head(id)]);
}
