import type { OpenWait } from '../errors/index.ts';
import type { CallKind } from '../journal/records.ts';

/** A call, as the observer sees it. */
export interface ObservedCall {
  readonly id: string;
  readonly kind: CallKind;
  readonly name: string;
  readonly ok: boolean;
  /** How long it took when it was made, in milliseconds. */
  readonly milliseconds: number;
  readonly usage: Readonly<Record<string, unknown>> | undefined;
}

/** What happens in an execution, for the `observe` option. */
export type ExecutionEvent = { readonly execution: string; readonly flow: string } & (
  | { readonly type: 'started' }
  | { readonly type: 'resumed'; readonly recorded: number }
  /** The body of a call starts. */
  | { readonly type: 'begun'; readonly call: { id: string; kind: CallKind; name: string; attempt: number } }
  /** A call was made, and its outcome is durable. */
  | { readonly type: 'made'; readonly call: ObservedCall }
  /** A call's outcome came from the journal. */
  | { readonly type: 'served'; readonly call: ObservedCall; readonly drifted: boolean }
  /** A call had begun before the crash and is made again; of a stream, so many chunks had been shown. */
  | { readonly type: 'repeated'; readonly call: { id: string; kind: CallKind; name: string }; readonly shown: number }
  | { readonly type: 'waiting'; readonly waits: readonly OpenWait[] }
  | { readonly type: 'completed' }
  | { readonly type: 'failed'; readonly error: unknown }
  | { readonly type: 'cancelled' }
);
