import type { ExecutionSummary, OpenWait } from '@reprise/core';

/** Whether a wait is one of those that are open. */
export function isOpen({ execution, name }: OpenWait, open: readonly OpenWait[]): boolean {
  return open.some((wait) => wait.execution === execution && wait.name === name);
}

/** Whether all that an execution asks is answered, so that it can go on. */
export function isAnswered({ status, waits }: ExecutionSummary, open: readonly OpenWait[]): boolean {
  const asked = waits.filter(({ sleep }) => !sleep);
  return status === 'waiting' && asked.length > 0 && !asked.some((wait) => isOpen(wait, open));
}
