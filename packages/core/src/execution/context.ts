import type { Journal } from '../journal/journal.ts';
import type { Owner } from '../journal/records.ts';
import type { Seal } from '../journal/seal.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world/world.ts';
import type { ExecutionEvent } from './events.ts';
import type { Execution } from './execution.ts';
import type { Redact } from './redact.ts';
import type { Tracing } from './tracing.ts';
import type { AnswerCheck } from './waits.ts';

/** An execution that this process is running. */
export interface Active {
  readonly execution: Execution;
  /** The flow's result; rejects as the flow's caller sees it. */
  readonly result: Promise<unknown>;
  /** Resolves when nothing of it runs any more, and all that came is stored. */
  readonly over: Promise<void>;
}

/** What the executions of one engine share. */
export interface EngineContext {
  readonly store: Store;
  readonly seal: Seal;
  readonly world: World;
  readonly owner: Owner;
  readonly observe: ((event: ExecutionEvent) => void) | undefined;
  readonly redact: Redact | undefined;
  /** Spans, where somebody looks at those by now. */
  readonly tracing: () => Promise<Tracing | undefined> | undefined;
  /** For how long an owner holds an execution without renewing, in milliseconds. */
  readonly lease: number;
  /** For how long a failing write is tried again, in milliseconds. */
  readonly patience: number;
  /** How often a running execution looks for answers and for a request to cancel, in milliseconds. */
  readonly poll: number;
  /** The executions that this process is running. */
  readonly active: Map<string, Active>;
  /** The executions that this process is taking hold of. */
  readonly starting: Map<string, Promise<unknown>>;
  /** How answers to the waits of the executions are checked that this process has parked. */
  readonly parked: Map<string, ReadonlyMap<string, AnswerCheck>>;
  /** Journals that hold paid results which the store would not take. */
  readonly unwritten: Map<string, Journal>;
}
