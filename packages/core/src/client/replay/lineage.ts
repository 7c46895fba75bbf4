import type { EngineContext } from '../../execution/context.ts';
import { keys } from '../../journal/keys.ts';
import { parseStored } from '../../journal/stored-value.ts';

/** Beside an execution: that another one replays it. */
interface ReplayNote {
  readonly v: 1;
  readonly execution: string;
  readonly at: number;
}

export async function noteReplay(
  { store, seal }: EngineContext,
  source: string,
  id: string,
  at: number,
): Promise<void> {
  const key = keys.replay(source, id);
  await store.set(key, seal.close(key, JSON.stringify({ v: 1, execution: id, at } satisfies ReplayNote)));
}

/** The executions that were made from this one and are still there, the oldest first. */
export async function replaysOf({ store, seal }: EngineContext, id: string): Promise<string[]> {
  const found: ReplayNote[] = [];
  for (let after: string | undefined; ; ) {
    const page = await store.scan(keys.replays(id), after === undefined ? { limit: 500 } : { after, limit: 500 });
    for (const { key, value } of page) {
      found.push(
        parseStored<ReplayNote>(
          key,
          seal.open(key, value),
          ({ execution, at }) => typeof execution === 'string' && typeof at === 'number',
        ),
      );
    }
    after = page.at(-1)?.key;
    if (page.length < 500) break;
  }
  found.sort((a, b) => a.at - b.at || (a.execution < b.execution ? -1 : 1));
  const heads = await store.getMany(found.map(({ execution }) => keys.head(execution)));
  return found.filter((_, i) => heads[i] !== undefined).map(({ execution }) => execution);
}
