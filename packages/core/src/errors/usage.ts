import { RepriseError, type RepriseErrorOptions } from './base.ts';

/** A function of Reprise was given something that it does not take. */
export class UsageError extends RepriseError {
  constructor(message: string, options?: RepriseErrorOptions) {
    super('REPRISE_USAGE', message, options);
  }
}

/** A value cannot be stored faithfully. `path` says where in it the trouble sits, as in `result.user.save`. */
export class UnstorableValueError extends RepriseError {
  readonly path: string;

  constructor(path: string, message: string) {
    super('REPRISE_UNSTORABLE_VALUE', message);
    this.path = path;
  }

  /** The same error, saying whose value it is. */
  of(whose: string): UnstorableValueError {
    // A class that names itself in its body is renamed by the build, and errors are known by the name of their class.
    const type = this.constructor as new (path: string, message: string) => UnstorableValueError;
    return new type(this.path, `${whose}: ${this.message}`);
  }
}

/** No execution, wait or call goes by this name or id. */
export class NotFoundError extends RepriseError {
  constructor(message: string) {
    super('REPRISE_NOT_FOUND', message);
  }
}
