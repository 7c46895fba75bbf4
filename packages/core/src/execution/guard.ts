import type { CallEnd, Estimate } from '../journal/records.ts';
import type { Begun } from './begun.ts';
import type { CallIdentity } from './spec.ts';

/** Asked before each model call that is to be made, and told what came of it. */
export interface Guard {
  /** Resolves, with what the call is taken to use, once it may be made. Rejects where it may not. */
  admit(begun: Begun, identity: CallIdentity): Promise<Estimate>;
  /** Whether a call that had begun in an earlier process, and has no outcome, may have been made there. */
  mayBeMade(begun: Begun): boolean;
  /** The outcome of a call is durable. */
  settle(begun: Begun, end: CallEnd): void;
  /** A call that was admitted is over, or this attempt at it; without news, nobody knows what it has used. */
  close(begun: Begun): void;
}
