import type { Attempt, CallKind } from '../journal/records.ts';

/** What the body of a call is given. */
export interface CallContext {
  readonly id: string;
  /** Aborted when the execution is cancelled, or the attempt's time is over. */
  readonly signal: AbortSignal;
  /** The same each time this call is made, and different for any other: for APIs that take an idempotency key. */
  readonly idempotencyKey: string;
  /** Counted from 1. */
  readonly attempt: number;
}

/** How a failed call is tried again. */
export interface RetryPolicy {
  /** How many times the call is made at most. @default 1 */
  readonly attempts?: number;
  /** The pause before the second attempt, in milliseconds. @default 500 */
  readonly backoff?: number;
  /** What each further pause is multiplied with. @default 2 */
  readonly factor?: number;
  /** The longest pause, in milliseconds. @default 30_000 */
  readonly maxBackoff?: number;
  /** Shortens each pause by a random part of up to this share, from 0 to 1. @default 0.5 */
  readonly jitter?: number;
  /** Whether to try again after this error. @default () => true */
  readonly retryOn?: (error: unknown, attempt: number) => boolean;
}

/** Turns a value into one that can be stored (plain data, dates, maps, bytes, errors) and back. */
export interface Codec<T> {
  encode(value: T): unknown;
  decode(stored: unknown): T;
}

/** What a replay asks of a call: another input, in the form in which it is shown, or another model. */
export interface CallChange {
  readonly input?: { readonly value: unknown };
  readonly model?: string;
}

/** A call that does what it is asked to otherwise. */
export interface ChangedCall {
  /** What is shown as its input. */
  readonly input: unknown;
  /** In place of the call's own. */
  run(context: CallContext): unknown;
}

/** What every call states about itself. */
export interface CallIdentity {
  readonly kind: CallKind;
  readonly name: string;
  /** Shown to people, and what the call is recognised by, unless `digest` says otherwise. */
  readonly input: unknown;
  /** What the call is recognised by, in place of the input. */
  readonly digest?: unknown;
  /** What must be equal for a call with a changed input to count as the same. @default kind and name */
  readonly shape?: unknown;
  /** The same call with a change, for replays; throws where the change does not fit. Without it, none does. */
  change?(change: CallChange): ChangedCall;
}

/** One request with one outcome. */
export interface CallSpec<T> extends CallIdentity {
  run(context: CallContext): Promise<T> | T;
  /** Needed where the value is no plain data. */
  readonly codec?: Codec<T>;
  /** What the provider says was used: tokens, model, cost. */
  usage?(outcome: T): Readonly<Record<string, unknown>> | undefined;
  readonly retry?: RetryPolicy;
  /** For one attempt, in milliseconds. */
  readonly timeout?: number;
  /** `once`: where a crash leaves it open whether this was done, a person is asked, and it is not repeated. */
  readonly effect?: 'once';
  /** Makes the value out of the chunks that `callStream` had recorded for this call. */
  fromChunks?(chunks: readonly unknown[]): T;
}

/** One request that is answered by a stream of chunks. */
export interface StreamSpec<Chunk> extends CallIdentity {
  run(context: CallContext): AsyncIterable<Chunk> | Promise<AsyncIterable<Chunk>>;
  readonly codec?: Codec<Chunk>;
  usage?(chunks: readonly Chunk[]): Readonly<Record<string, unknown>> | undefined;
  /** Whether with this chunk the answer is over. It and what follows are held back until the record is durable. */
  isTerminal?(chunk: Chunk): boolean;
  /** Makes chunks out of the value that `call` had recorded for this call. */
  toChunks?(value: unknown): Chunk[];
}

/** The attempts of a call, and how the last one ended. */
export interface AttemptsResult<T> {
  readonly attempts: readonly Attempt[];
  readonly outcome: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };
}
