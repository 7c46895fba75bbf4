/** What LangGraph throws to steer: a question, a command to a parent graph. By their marks, for there may be two copies. */
export function isBubbleUp(error: unknown): boolean {
  return (error as { is_bubble_up?: unknown } | undefined)?.is_bubble_up === true;
}

/** What `interrupt()` asks. */
export interface Asked {
  readonly id?: string;
  readonly value?: unknown;
}

/** The question that code stopped at with `interrupt()`, where it did. */
export function interruptOf(error: unknown): Asked | undefined {
  if (!isBubbleUp(error) || (error as Error).name !== 'GraphInterrupt') return undefined;
  return (error as { interrupts?: readonly Asked[] }).interrupts?.[0];
}

export function isAborted(error: unknown): boolean {
  const name = (error as Error | undefined)?.name;
  return name === 'AbortError' || name === 'ModelAbortError';
}

/** Whether `interrupt()` has failed for want of a checkpointer: LangGraph asks nothing where no thread is kept. */
export function lacksThread(error: unknown): boolean {
  return (error as { lc_error_code?: unknown } | undefined)?.lc_error_code === 'MISSING_CHECKPOINTER';
}
