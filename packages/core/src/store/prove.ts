import { CANARY_KEY, CANARY_VALUE } from './canary.ts';
import type { Store } from './store.ts';

/**
 * Makes sure at opening that the store can be written and read, and that whatever it can do more
 * looks at the same data: capabilities are found behind a Keyv, where a new release may move them.
 */
export async function prove(store: Store): Promise<void> {
  await store.set(CANARY_KEY, CANARY_VALUE);
  const [value] = await store.getMany([CANARY_KEY]);
  if (value !== CANARY_VALUE) throw new Error('what was stored does not come back');

  if (store.capabilities.atomic && (await store.putIfAbsent(CANARY_KEY, CANARY_VALUE))) {
    throw new Error('put-if-absent does not see a key that is there');
  }
  // A listing that is not ordered goes through all keys of the database: too much for each opening.
  if (!store.capabilities.ordered) return;
  const [entry] = await store.scan(CANARY_KEY, { limit: 1 });
  if (entry?.key !== CANARY_KEY || entry.value !== CANARY_VALUE) throw new Error('a listing lacks a key that is there');
}
