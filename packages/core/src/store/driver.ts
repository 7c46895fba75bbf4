/** A key and the string that is stored under it. */
export interface Entry {
  key: string;
  value: string;
}

/** Which part of an ordered listing to return. */
export interface ScanOptions {
  /** Only keys that sort after this one. */
  after?: string;
  /** How many entries at most. */
  limit: number;
}

/**
 * What the engine needs of a place that keeps strings. Three methods are required;
 * the optional ones are capabilities, used where they exist.
 *
 * Keys consist of `[a-z0-9/._~-]`, at most 200 characters. Values are opaque: well-formed Unicode
 * without NUL, never empty.
 * Every method rejects when it could not do its work: a driver never answers a failure with
 * "absent", "stored" or an empty list.
 */
export interface Driver {
  /** Shown to people in errors and listings; carries no password. Example: `redis://localhost:6379`. */
  readonly name: string;

  /**
   * The driver talks to its store without a layer that could swallow a failure, so a read needs no
   * canary. Leave it out when in doubt.
   */
  readonly honest?: true;

  /** The values in the order of the keys, `undefined` where there is none. */
  getMany(keys: readonly string[]): Promise<(string | undefined)[]>;

  /** Stores or replaces. Resolves once the value is as durable as this store can make it. */
  set(key: string, value: string): Promise<void>;

  /** Removes; keys that are not there are passed over. */
  deleteMany(keys: readonly string[]): Promise<void>;

  /**
   * Stores only if the key is free, atomically among all processes that use the store, and tells
   * whether it did. Without it, two processes must not share the store.
   */
  putIfAbsent?(key: string, value: string): Promise<boolean>;

  /** Entries whose keys start with the prefix, sorted by key (by code unit). */
  scan?(prefix: string, options: ScanOptions): Promise<Entry[]>;

  /** All keys that start with the prefix, in any order, without duplicates. */
  keys?(prefix: string): Promise<string[]>;

  /** What a user should know before relying on this store, one sentence each. */
  warnings?(): Promise<string[]>;

  /** Releases connections and files. Pending writes are finished first. */
  close?(): Promise<void>;
}
