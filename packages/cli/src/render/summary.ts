import type { CallRecord, ExecutionSummary } from '@reprise/core';

/** A summary as JSON: with `null` for what there is not, so that every field is always there. */
export function summaryJson(summary: ExecutionSummary): Record<string, unknown> {
  const { id, flow, version, status, createdAt, updatedAt, endedAt, parent, waits, error, calls, launch } = summary;
  const { replayOf } = summary;
  return {
    ...{ id, flow, version: version ?? null, status },
    ...{ createdAt: iso(createdAt), updatedAt: iso(updatedAt), endedAt: endedAt === undefined ? null : iso(endedAt) },
    replayOf: replayOf === undefined ? null : { execution: replayOf.execution, from: replayOf.from ?? null },
    ...{ parent: parent ?? null, waits: waits.map(waitJson), error: error ?? null, calls, launch },
  };
}

export function waitJson(wait: ExecutionSummary['waits'][number]): Record<string, unknown> {
  const { execution, name, question, until, sleep, schema, at, attempt, refused } = wait;
  return {
    ...{ execution, name, question: question ?? null, schema: schema ?? null, sleep },
    ...{ at: iso(at), until: until === undefined ? null : iso(until), attempt, refused: refused ?? null },
  };
}

export function iso(at: number): string {
  return new Date(at).toISOString();
}

/** How long an execution took; of one that is not over, how long it has been there. */
export function elapsed(
  { createdAt, updatedAt, endedAt, status }: ExecutionSummary,
  now: number,
  calls: readonly CallRecord[] = [],
): number {
  // A process that is killed writes no time of its end: the last that is known of it is its last call.
  const lastCall = Math.max(...calls.map(({ startedAt, milliseconds = 0 }) => startedAt + milliseconds));
  return (endedAt ?? (status === 'running' ? now : Math.max(updatedAt, lastCall))) - createdAt;
}
