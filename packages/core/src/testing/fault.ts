/** What can be asked of a store. */
export type StoreOperation = 'getMany' | 'scan' | 'keys' | 'set' | 'putIfAbsent' | 'deleteMany';

/** What goes wrong with a request. */
export type FaultKind =
  /** It is refused, and nothing is done. */
  | 'fail'
  /** It is never answered, and nothing is done. */
  | 'hang'
  /** It is done after a while. */
  | 'delay'
  /** A write is done, and reported as failed: its answer was lost. */
  | 'unsure'
  /** Half of the value is written, and the write is reported as failed. */
  | 'tear'
  /** A write is reported as done, and is not. */
  | 'forget';

/** One thing that goes wrong, and when. */
export interface Fault {
  readonly fault: FaultKind;
  /** The requests that it meets. @default every one that this fault can happen to */
  readonly on?: StoreOperation | 'read' | 'write';
  /** Only requests with such a key: one that has this text in it, or that fits the expression. @default any */
  readonly key?: string | RegExp;
  /** How many requests that fit are let through first. @default 0 */
  readonly after?: number;
  /** How many requests then meet it. @default all, until `heal()` */
  readonly times?: number;
  /** For `delay`: how long, in milliseconds. @default 100 */
  readonly milliseconds?: number;
}

/** A request, as faults are looked up for it. */
export interface Request {
  readonly operation: StoreOperation;
  readonly keys: readonly string[];
}

const READS: readonly StoreOperation[] = ['getMany', 'scan', 'keys'];
const WRITES: readonly StoreOperation[] = ['set', 'putIfAbsent', 'deleteMany'];
const PUTS: readonly StoreOperation[] = ['set', 'putIfAbsent'];
const CAN_MEET: Readonly<Record<FaultKind, readonly StoreOperation[]>> = {
  fail: [...READS, ...WRITES],
  hang: [...READS, ...WRITES],
  delay: [...READS, ...WRITES],
  unsure: WRITES,
  tear: PUTS,
  forget: WRITES,
};

/** A fault, and how many requests it has seen. */
export class PlannedFault {
  readonly fault: Fault;
  #seen = 0;

  constructor(fault: Fault) {
    this.fault = fault;
  }

  /** Whether this request meets the fault. Each request must be asked about once. */
  meets(request: Request): boolean {
    if (!this.#fits(request)) return false;
    const { after = 0, times = Number.POSITIVE_INFINITY } = this.fault;
    const number = this.#seen++;
    return number >= after && number < after + times;
  }

  #fits({ operation, keys }: Request): boolean {
    const { fault, on, key } = this.fault;
    if (!CAN_MEET[fault].includes(operation)) return false;
    if (on === 'read' && !READS.includes(operation)) return false;
    if (on === 'write' && !WRITES.includes(operation)) return false;
    if (on !== undefined && on !== 'read' && on !== 'write' && on !== operation) return false;
    if (key === undefined) return true;
    return keys.some((one) => (typeof key === 'string' ? one.includes(key) : one.search(key) !== -1));
  }
}
