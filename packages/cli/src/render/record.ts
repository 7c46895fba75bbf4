import type { CallRecord, ExecutionRecord } from '@reprise/core';
import { countsOf } from './counts.ts';
import { plain } from './plain.ts';
import { iso, summaryJson } from './summary.ts';

/** An execution with all that its journal holds, as JSON. */
export function recordJson(record: ExecutionRecord): Record<string, unknown> {
  const { input, result, failure, replays, journal, logs } = record;
  return {
    ...summaryJson(record),
    ...{ input: orNull(input), result: orNull(result), failure: orNull(failure), replays },
    calls: { ...countsOf([record]), list: journal.map(callJson) },
    logs: logs.map(({ at, data }) => ({ at: iso(at), data: orNull(data) })),
  };
}

export function callJson(call: CallRecord): Record<string, unknown> {
  const { id, kind, name, path, parent, status, startedAt, milliseconds, attempts, usage, by, served, drifts } = call;
  return {
    ...{ id, kind, name, path, parent: parent ?? null, status, startedAt: iso(startedAt) },
    ...{ milliseconds: milliseconds ?? null, input: orNull(call.input), output: orNull(call.output) },
    ...{ error: orNull(call.error), attempts, usage: orNull(usage), by: by ?? null, served, drifts },
    ...{ keptFrom: call.keptFrom ?? null, overridden: call.overridden ?? null },
  };
}

function orNull(value: unknown): unknown {
  return plain(value) ?? null;
}
