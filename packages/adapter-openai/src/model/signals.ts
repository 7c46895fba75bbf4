const ABORTED = 'RequestAbortedError';

/**
 * The core takes an abort for no outcome. But the client aborts a request that takes too long and tries again, and on
 * resume that has to happen again: so it is recorded like any failure.
 */
export function notAnAbort(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== 'AbortError') return error;
  const failure = new Error('The request was aborted, by its caller or because it took too long.', { cause: error });
  failure.name = ABORTED;
  return failure;
}

/** The abort again, as `fetch` rejects with it. */
export function asAbort(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== ABORTED) return error;
  return new DOMException('This operation was aborted', 'AbortError');
}
