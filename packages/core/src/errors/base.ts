const LINEAGE = Symbol.for('reprise.error.lineage');

/** What every error of Reprise carries beside its message. */
export interface RepriseErrorOptions {
  /** What brought it about, kept as it was. */
  cause?: unknown;
}

function lineageOf(type: object | null): string[] {
  const names: string[] = [];
  for (let t = type; typeof t === 'function' && t !== Error && t.name; t = Object.getPrototypeOf(t)) names.push(t.name);
  return names;
}

/**
 * The base of every error that Reprise throws.
 *
 * `instanceof` fails when two copies of the package meet in one process, so ask
 * `SomeError.isInstance(error)` or compare `error.code`.
 */
export class RepriseError extends Error {
  /** Stable and meant for programs, such as `REPRISE_FENCED`. */
  readonly code: string;

  constructor(code: string, message: string, options?: RepriseErrorOptions) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    // As little enumerable as any error's name is.
    Object.defineProperty(this, 'name', { value: new.target.name, writable: true, configurable: true });
    this.code = code;
    Object.defineProperty(this, LINEAGE, { value: lineageOf(new.target) });
  }

  /** Tells an error of this class or of one below it, across copies of the package. */
  static isInstance<T extends RepriseError>(this: abstract new (...args: never[]) => T, error: unknown): error is T {
    if (typeof error !== 'object' || error === null) return false;
    const lineage = (error as Record<symbol, unknown>)[LINEAGE];
    return Array.isArray(lineage) && lineage.includes(this.name);
  }

  /** Gives a plain error back the class that it had before it was stored. */
  static restore(error: Error, type: abstract new (...args: never[]) => RepriseError): RepriseError {
    Object.setPrototypeOf(error, type.prototype);
    Object.defineProperty(error, LINEAGE, { value: lineageOf(type) });
    return error as RepriseError;
  }
}
