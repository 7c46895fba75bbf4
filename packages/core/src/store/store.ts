import type { Entry, ScanOptions } from './driver.ts';

/** What a store can do beyond the minimum. */
export interface StoreCapabilities {
  /** `putIfAbsent` is atomic, so several processes may share the store. */
  readonly atomic: boolean;
  /** `scan` is one ordered range read, not a listing put together. */
  readonly ordered: boolean;
  /** Keys can be listed at all. */
  readonly listable: boolean;
}

/**
 * A driver that can be trusted: each call has a deadline, every batch proves with a canary that the
 * store answers, and each failure is a `StoreError` that names the operation and the key.
 */
export interface Store {
  readonly name: string;
  readonly capabilities: StoreCapabilities;

  get(key: string): Promise<string | undefined>;
  getMany(keys: readonly string[]): Promise<(string | undefined)[]>;
  set(key: string, value: string): Promise<void>;
  deleteMany(keys: readonly string[]): Promise<void>;

  /** Whether the value was stored. On a store that is not atomic: a check, a write and a check again. */
  putIfAbsent(key: string, value: string): Promise<boolean>;

  /** Entries in key order; put together from `keys` and `getMany` where the driver has no `scan`. */
  scan(prefix: string, options: ScanOptions): Promise<Entry[]>;

  warnings(): Promise<string[]>;
  close(): Promise<void>;
}
