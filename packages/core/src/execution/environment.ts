import type { Owner } from '../journal/records.ts';
import type { Seal } from '../journal/seal.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world/world.ts';
import type { ExecutionEvent } from './events.ts';
import type { Redact } from './redact.ts';
import type { Tracing } from './tracing.ts';

/** What the executions of one engine work with. */
export interface Environment {
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
}
