import type { KeyvLike } from '../keyv-like.ts';

/** A Keyv that leaves keys as they are, so that Keyv 6 reads what Keyv 5 has written. */
export async function plainKeyv(store: object): Promise<KeyvLike> {
  const { Keyv } = await import('keyv');
  const options = { store, namespace: undefined, useKeyPrefix: false };
  return new Keyv(options as object);
}
