import { RepriseError, type RepriseErrorOptions } from './base.ts';

/** The store did not do what it was asked to: it failed, refused, hung, or answered what cannot be true. */
export class StoreError extends RepriseError {
  /** What was asked of the store, such as `getMany`. */
  readonly operation: string;
  /** The first key of the request, if it named one. */
  readonly key: string | undefined;

  constructor(message: string, details: { operation: string; key?: string | undefined } & RepriseErrorOptions) {
    super('REPRISE_STORE', message, details);
    this.operation = details.operation;
    this.key = details.key;
  }
}

/** The store cannot be opened: an unknown URI, a missing package, or a Keyv that cannot keep what it is given. */
export class StoreOpenError extends RepriseError {
  constructor(message: string, options?: RepriseErrorOptions) {
    super('REPRISE_STORE_OPEN', message, options);
  }
}

/** A stored record is damaged, missing where it must be, foreign, or of a version that this release does not read. */
export class CorruptRecordError extends RepriseError {
  readonly key: string;

  constructor(key: string, message: string, options?: RepriseErrorOptions) {
    super('REPRISE_CORRUPT_RECORD', message, options);
    this.key = key;
  }
}
