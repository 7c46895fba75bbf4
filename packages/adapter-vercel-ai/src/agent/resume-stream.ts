import { UsageError } from '@reprise/core';
import { type Check, checkOptions, wholeFrom } from '@reprise/core/adapter';

/** Where a client has come to, and what `toUIMessageStream` takes. */
export interface ResumeStreamOptions {
  /** How many chunks the client has already. @default 0 */
  readonly after?: number;
}

interface StreamResult {
  toUIMessageStream?(options: object): ReadableStream<unknown>;
}

const CHECKS: Record<string, Check> = { after: wholeFrom(0) };

/** The chunks of a result's stream that a client has not seen: they are the same ones each time it is told. */
export function chunksAfter(result: unknown, { after = 0, ...options }: ResumeStreamOptions): ReadableStream<unknown> {
  const { toUIMessageStream } = result as StreamResult;
  if (typeof toUIMessageStream !== 'function') {
    throw new UsageError(
      'resumeStream() takes an agent whose stream has toUIMessageStream(), as those of the AI SDK do.',
    );
  }
  const chunks = toUIMessageStream.call(result, options);
  let seen = 0;
  const missed = new TransformStream<unknown, unknown>({
    transform: (chunk, controller) => {
      if (seen++ >= after) controller.enqueue(chunk);
    },
  });
  return chunks.pipeThrough(missed);
}

export function checkResumeStream({ after }: ResumeStreamOptions): void {
  checkOptions({ after }, 'resumeStream()', CHECKS);
}
