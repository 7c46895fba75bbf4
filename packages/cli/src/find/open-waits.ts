import type { ExecutionSummary, OpenWait } from '@reprise/core';
import type { Setting } from '../command/verb.ts';

/** What these executions still ask. `ExecutionSummary.waits` names what was answered, too, until it goes on. */
export async function openWaits(
  { reprise }: Pick<Setting, 'reprise'>,
  executions: readonly ExecutionSummary[],
): Promise<OpenWait[]> {
  const waiting = executions.filter(({ status }) => status === 'waiting');
  return (await Promise.all(waiting.map(({ id }) => reprise.waits.list({ execution: id })))).flat();
}
