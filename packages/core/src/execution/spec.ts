import type { Attempt, CallKind } from '../journal/records.ts';

/** What the body of a call is given. */
export interface CallContext {
  readonly id: string;
  /**
   * Aborted when the execution is cancelled, or the attempt's time is over. Give it to the request, together with the
   * caller's own: `AbortSignal.any([signal, own])`.
   */
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

/**
 * Turns a value into one that can be stored (plain data, dates, maps, bytes, errors) and back: for instances of classes,
 * such as a response with getters. The body's own value is handed out as it is; only a served one comes from `decode`.
 */
export interface Codec<T> {
  encode(value: T): unknown;
  decode(stored: unknown): T;
}

/** What a replay asks of a call: another input, another model, or both. */
export interface CallChange {
  /** In the form of the call's own `input`. */
  readonly input?: { readonly value: unknown };
  readonly model?: string;
}

/** A call that does what it is asked to otherwise. */
export interface ChangedCall {
  /** What is shown as its input. */
  readonly input: unknown;
  /** Who is asked, where it is another model. */
  readonly asks?: AskedModel;
  /** In place of the call's own. */
  run(context: CallContext): unknown;
}

/** What every call states about itself. */
export interface CallIdentity {
  /** `llm` for what is paid by use and has `usage`, `tool` for a tool's work, `checkpoint` for the rest. */
  readonly kind: CallKind;
  /** The same each time, such as the method's or the tool's: 1 to 200 characters on one line. */
  readonly name: string;
  /** Plain data. Shown to people, and what the call is recognised by, unless `digest` says otherwise. */
  readonly input: unknown;
  /** What the call is recognised by, in place of the input: leaves out what is new in each process, such as an id. */
  readonly digest?: unknown;
  /**
   * What must be equal for a call with a changed input to count as the same, such as the conversation without the system
   * prompt. With a shape, such a change is served what was recorded, unless the flow's `onDrift` says otherwise; without
   * one it is a `DriftError`.
   */
  readonly shape?: unknown;
  /**
   * The same call with a change, for replays: `{ model }` makes it of another model. An error says that the change does not
   * fit. Without it no change does.
   */
  change?(change: CallChange): ChangedCall;
  /**
   * Of a model call, who is asked: so that a budget knows the price before the call is made. Without it, that a model has no
   * price is found out after its first call.
   */
  readonly asks?: AskedModel;
}

/** A model by the names that its usage is recorded under. */
export interface AskedModel {
  /** As OpenTelemetry or the price list have it: `openai`, `anthropic`, `google`, `mistral`, `aws.bedrock`, … */
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
}

/**
 * What a call used, with `provider` and `model` beside it (those of `AskedModel`). Best the provider's own words, as they
 * are: of OpenAI's completions and responses, Anthropic's messages, Gemini (`promptTokenCount`), Bedrock's Converse, the
 * AI SDK and LangChain. A provider with words of its own is told as a completion of OpenAI's, whose counts include what
 * was cached and what was reasoned: `{ provider, model, prompt_tokens, completion_tokens }`. `cost` is what the provider
 * says that it costs, in US dollars.
 */
export type RecordedUsage = Readonly<Record<string, unknown>>;

/** One request with one outcome. */
export interface CallSpec<T> extends CallIdentity {
  /**
   * Makes the request, and gives its answer: plain data, or what `codec` makes such of. What is no success must throw. The
   * error is recorded, and thrown again on resume where the program had gone on after it, as an `Error` with the same name
   * and fields. An error called `AbortError` is no outcome: nothing is recorded, and on resume the call is made again. One
   * with a `status` (or `statusCode`) from 400 to 599 says that nothing was used.
   */
  run(context: CallContext): Promise<T> | T;
  /** Needed where the value is no plain data. */
  readonly codec?: Codec<T>;
  /** What the provider says was used; `undefined` where it says nothing. An error fails no call: it is warned of. */
  usage?(outcome: T): RecordedUsage | undefined;
  /** Best left out where the client tries again itself, as those of models do. @default one attempt */
  readonly retry?: RetryPolicy;
  /** For one attempt, in milliseconds. @default none */
  readonly timeout?: number;
  /** `once`: where a crash leaves it open whether this was done, a person is asked, and it is not repeated. */
  readonly effect?: 'once';
  /** Makes the value out of the chunks, as stored, that `callStream` had recorded for this call. @default the chunks */
  fromChunks?(chunks: readonly unknown[]): T;
}

/** One request that is answered by a stream of chunks. */
export interface StreamSpec<Chunk> extends CallIdentity {
  /**
   * Makes the request, and gives its answer piece by piece. It is read to its end whether or not the program reads along,
   * so one that leaves early loses nothing. Errors are those of `CallSpec.run`; a failure is served without the chunks
   * that came before it.
   */
  run(context: CallContext): AsyncIterable<Chunk> | Promise<AsyncIterable<Chunk>>;
  /** For one chunk. */
  readonly codec?: Codec<Chunk>;
  /** As `CallSpec.usage`, of all chunks. */
  usage?(chunks: readonly Chunk[]): RecordedUsage | undefined;
  /**
   * Whether with this chunk the answer is over. It and what follows are held back until the record is durable, so that
   * nothing is done on an answer that is not recorded. A stream that ends without one has broken off, and fails.
   */
  isTerminal?(chunk: Chunk): boolean;
  /** Makes chunks out of the value, as stored, that `call` had recorded for this call. @default one chunk, the value */
  toChunks?(value: unknown): Chunk[];
}

/** The attempts of a call, and how the last one ended. */
export interface AttemptsResult<T> {
  readonly attempts: readonly Attempt[];
  readonly outcome: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };
}
