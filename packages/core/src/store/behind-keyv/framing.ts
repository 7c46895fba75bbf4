import type { KeyvLike } from '../keyv-like.ts';
import { hasMethods } from './shape.ts';

/** What a Keyv does to keys and values on their way to its adapter, so that both ways read each other's data. */
export interface Framing {
  /** What stands before each key when the adapter is given it. */
  readonly head: string;
  /** The bytes that Keyv would store. */
  encode(value: string): Promise<string>;
  /** The value in stored bytes. */
  decode(stored: unknown): Promise<string>;
}

interface Envelope {
  value?: unknown;
}

interface Keyv5 extends KeyvLike {
  readonly namespace?: string | undefined;
  readonly useKeyPrefix: boolean;
  serializeData(data: Envelope): Promise<unknown>;
  deserializeData(stored: unknown): Promise<Envelope | undefined>;
}

interface Keyv6 extends KeyvLike {
  encode(data: Envelope): Promise<unknown>;
  decode(stored: unknown): Promise<Envelope | undefined>;
}

/** The framing of this Keyv, or `undefined` for one that is neither 5 nor 6. */
export function framingOf(keyv: KeyvLike): Framing | undefined {
  if (hasMethods(keyv, 'encode', 'decode')) {
    const keyv6 = keyv as unknown as Keyv6;
    return framing(
      headOfBridge(keyv6.store),
      (data) => keyv6.encode(data),
      (stored) => keyv6.decode(stored),
    );
  }
  if (hasMethods(keyv, 'serializeData', 'deserializeData')) {
    const keyv5 = keyv as unknown as Keyv5;
    return framing(
      keyv5.useKeyPrefix && keyv5.namespace ? `${keyv5.namespace}:` : '',
      (data) => keyv5.serializeData(data),
      (stored) => keyv5.deserializeData(stored),
    );
  }
  return undefined;
}

function framing(
  head: string,
  encode: (data: Envelope) => Promise<unknown>,
  decode: (stored: unknown) => Promise<Envelope | undefined>,
): Framing {
  return {
    head,
    async encode(value) {
      const stored = await encode({ value });
      if (typeof stored !== 'string') throw new Error('this Keyv does not serialize to text');
      return stored;
    },
    async decode(stored) {
      const value = (await decode(stored))?.value;
      if (typeof value !== 'string') throw new Error('a stored value cannot be read');
      return value;
    },
  };
}

// Keyv 6 puts a bridge before the adapters of Keyv 5, and the bridge prefixes the keys.
function headOfBridge(store: unknown): string {
  if (!hasMethods(store, 'getKeyPrefix')) return '';
  const bridge = store as unknown as { namespace?: string; getKeyPrefix(key: string, namespace?: string): string };
  return bridge.getKeyPrefix('', bridge.namespace);
}

/** The adapter that was given to Keyv, without what Keyv 6 wraps around it. */
export function adapterOf(keyv: KeyvLike): object {
  let store = keyv.store;
  while (hasMethods(store, 'getKeyPrefix') && 'store' in store) store = store.store;
  return store as object;
}
