import { createHash } from 'node:crypto';
import { BudgetExceededError, UncountableCallError } from '@reprise/core';
import { type CallSpec, call, callStream, type StreamSpec } from '@reprise/core/adapter';
import { isBubbleUp } from './bubble-up.ts';
import { type Frame, frames, type Outcome } from './frame.ts';

/** Passes through the seam without becoming an outcome: the core records no aborts. */
class Unrecorded extends Error {
  readonly inner: unknown;

  constructor(inner: unknown) {
    super('not an outcome');
    this.name = 'AbortError';
    this.inner = inner;
  }
}

type Spec<T> = CallSpec<T> & Required<Pick<CallSpec<T>, 'codec'>>;

/** One request with one outcome. Call it synchronously where the request begins. */
export function recorded<T>(spec: Spec<T>): Promise<T> {
  const frame = frames.getStore();
  const key = frame ? keyOf(spec, 'whole') : '';
  const known = frame?.take(key);
  if (known) {
    frame?.keep(key, known);
    return known.ok ? Promise.resolve(known.read() as T) : Promise.reject(known.error);
  }
  let isMade = false;
  const run: CallSpec<T>['run'] = async (context) => {
    isMade = true;
    if (spec.kind === 'llm') frame?.count('made');
    try {
      return await spec.run(context);
    } catch (error) {
      throw isBubbleUp(error) ? new Unrecorded(error) : error;
    }
  };
  const keep = (outcome: Outcome) => {
    if (!isMade && spec.kind === 'llm') frame?.count('served');
    frame?.keep(key, outcome);
  };
  return call({ ...spec, run }).then(
    (value) => {
      if (frame) keep(whole(spec, value));
      return value;
    },
    (error) => {
      if (error instanceof Unrecorded) throw error.inner;
      if (isRefusal(error)) isMade = decided(frame);
      keep({ ok: false, error });
      throw error;
    },
  );
}

// It was kept out just now, and would be again: that is no failure over answers that were all served.
function decided(frame: Frame | undefined): true {
  frame?.count('made');
  return true;
}

function isRefusal(error: unknown): boolean {
  return BudgetExceededError.isInstance(error) || UncountableCallError.isInstance(error);
}

function whole<T>({ codec }: Spec<T>, value: T): Outcome {
  const stored = codec.encode(value);
  return { ok: true, read: () => codec.decode(stored) };
}

/** What came of a streamed request, chunk by chunk. `onServed` is told of each chunk that was not made just now. */
async function* recordedStream<Chunk>(
  spec: StreamSpec<Chunk> & Required<Pick<StreamSpec<Chunk>, 'codec'>>,
  chunks: AsyncIterable<Chunk> | readonly Chunk[],
  isServed: () => boolean,
  onServed: (chunk: Chunk) => Promise<unknown> | undefined,
): AsyncGenerator<Chunk> {
  const frame = frames.getStore();
  const stored: unknown[] = [];
  const key = keyOf(spec, 'stream');
  let isLeft = true;
  try {
    for await (const chunk of chunks) {
      stored.push(spec.codec.encode(chunk));
      yield chunk;
      if (isServed()) await onServed(chunk);
    }
    isLeft = false;
  } catch (error) {
    isLeft = false;
    if (isRefusal(error)) decided(frame);
    frame?.keep(key, { ok: false, error });
    throw error;
  } finally {
    // A model says all that it has to say, though nobody reads it to the end.
    if (isLeft && isServed()) await rest(chunks, stored.length - 1, onServed);
    if (isLeft) frame?.keep(key, { ok: true, read: () => chunks });
  }
  if (isServed()) frame?.count('served');
  frame?.keep(key, { ok: true, read: () => stored.map((chunk) => spec.codec.decode(chunk)) });
}

async function rest<Chunk>(
  chunks: AsyncIterable<Chunk> | readonly Chunk[],
  from: number,
  tell: (chunk: Chunk) => Promise<unknown> | undefined,
): Promise<void> {
  let at = 0;
  for await (const chunk of chunks) if (at++ >= from) await tell(chunk);
}

/** One request that is answered by a stream. Call it synchronously where the request begins. */
export function streamed<Chunk>(
  spec: StreamSpec<Chunk> & Required<Pick<StreamSpec<Chunk>, 'codec'>>,
  onServed: (chunk: Chunk) => Promise<unknown> | undefined,
): AsyncGenerator<Chunk> {
  const frame = frames.getStore();
  const known = frame?.take(keyOf(spec, 'stream'));
  if (known) {
    if (!known.ok) return failing(known.error);
    return recordedStream(spec, known.read() as AsyncIterable<Chunk> | readonly Chunk[], () => true, onServed);
  }
  let isMade = false;
  const run: StreamSpec<Chunk>['run'] = (context) => {
    isMade = true;
    frame?.count('made');
    return spec.run(context);
  };
  return recordedStream(spec, callStream({ ...spec, run }), () => !isMade, onServed);
}

// biome-ignore lint/correctness/useYield: it fails before it has anything to yield
async function* failing(error: unknown): AsyncGenerator<never> {
  throw error;
}

function keyOf({ kind, name, input }: { kind: string; name: string; input: unknown }, form: string): string {
  return createHash('sha256')
    .update(JSON.stringify([form, kind, name, input]) ?? '')
    .digest('base64');
}
