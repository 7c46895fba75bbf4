import { UsageError } from '@reprise/core';
import { anything, type Check, checkOptions, isFunction, isText } from '@reprise/core/adapter';
import {
  defaultStore,
  encryptingSeal,
  openStore,
  plainSeal,
  type Seal,
  type Store,
  type StoreSource,
} from '@reprise/core/store';
import type { Redact } from './dump.ts';

/** Where checkpoints are kept. */
export interface StoreOptions {
  /**
   * A URI (`sqlite:path`, `redis://…`, `valkey://…`, `postgres://…`, `memory:`), a Keyv of the saver's own, a driver,
   * or a store that is open already and that the saver leaves open.
   * @default the store that Reprise uses: that of `configure()`, else `REPRISE_STORE`, else SQLite in `.reprise/`
   */
  readonly store?: StoreSource | Store;
  /**
   * Encrypts all that is stored, with AES-256-GCM under this secret of at least 16 characters.
   * @default process.env.REPRISE_ENCRYPTION_KEY
   */
  readonly encrypt?: string;
  /**
   * Changes what is stored of each channel, which is what the next turn of the thread works with. It comes as plain
   * data, of kind `checkpoint` and with the channel's name. @default that of the engine whose store this is
   */
  readonly redact?: Redact;
}

/** A store that is open. */
export interface OpenedStore {
  readonly store: Store;
  readonly seal: Seal;
  readonly redact: Redact | undefined;
  /** Closes the store, if it was opened here. */
  close(): Promise<void>;
}

/** What to call for each use of the store; it is opened at the first. */
export function storeOpener({ store: source, encrypt, redact }: StoreOptions): () => Promise<OpenedStore> {
  const secret = encrypt ?? process.env.REPRISE_ENCRYPTION_KEY;
  const seal = secret ? encryptingSeal(secret) : plainSeal;
  if (source === undefined) {
    return async () => {
      const standard = await defaultStore();
      const own = { ...(encrypt === undefined ? {} : { seal }), ...(redact ? { redact } : {}) };
      return { ...standard, ...own, close: async () => {} };
    };
  }
  if (isOpen(source)) {
    const opened = { store: source, seal, redact, close: async () => {} };
    return async () => opened;
  }
  let opened: Promise<OpenedStore> | undefined;
  return () => {
    if (opened === undefined) {
      opened = openStore(source).then((store) => ({ store, seal, redact, close: () => store.close() }));
      // A store that could not be opened may be there the next time.
      opened.catch(() => {
        opened = undefined;
      });
    }
    return opened;
  };
}

const CHECKS: Readonly<Record<string, Check>> = {
  store: anything,
  encrypt: isText,
  redact: isFunction,
  serde: anything,
};

/** Refuses options that are unknown or do not fit, and what is no object of options, such as the store itself. */
export function checkSaverOptions(options: object): void {
  if (typeof options !== 'object' || options === null || 'getMany' in options || 'on' in options) {
    throw new UsageError('KeyvSaver takes its options by name: new KeyvSaver({ store }).');
  }
  checkOptions(options, 'KeyvSaver', CHECKS);
}

function isOpen(source: StoreSource | Store): source is Store {
  return typeof source === 'object' && 'capabilities' in source;
}
