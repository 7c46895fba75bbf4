import { type Begun, begunHere } from '../execution/begun.ts';
import type { Execution } from '../execution/execution.ts';
import type { Ambient } from '../identity/ambient.ts';
import type { Entry } from '../identity/entry.ts';
import type { WaitDetails } from '../journal/records.ts';
import { noteStart } from './begin.ts';
import { OpenedWait, storedText, type WaitSpec } from './opened-wait.ts';
import { placeCall } from './place-call.ts';

/** Waits for an answer. Must run in the caller's own synchronous code. */
export function makeWait(here: Ambient<Execution>, spec: WaitSpec): Promise<unknown> {
  const identity = { kind: 'wait', name: spec.name, input: spec.question, digest: null } as const;
  return placeCall(here, identity, undefined, (execution, begun) => settle(execution, begun, spec));
}

async function settle(execution: Execution, begun: Begun, spec: WaitSpec): Promise<unknown> {
  const { match } = begun;
  const entry = execution.outcomes.find(match);
  if (entry && !isAskedOtherwise(execution, entry, spec)) {
    const value = await execution.outcomes.serve(begun, entry);
    if (!entry.end.ok) throw value;
    return value;
  }
  execution.outcomes.supersede(match);
  const wait = detailsOf(execution, begun, spec);
  const known = begunHere(begun);
  const at = known?.start.at ?? begun.start.at;
  const opened: Begun = { ...begun, start: { ...begun.start, at, wait } };
  const note = known ? undefined : noteStart(execution, opened);
  // Time is counted from here, for a process that comes later, too.
  if (note && wait.until !== undefined) execution.journal.push();
  const answer = await new OpenedWait(execution, opened, wait, spec).answered;

  return execution.lifetime.doing(opened, async () => {
    const milliseconds = Math.max(0, answer.at - at);
    const by = answer.by === undefined ? {} : { by: answer.by };
    const text = answer.ok
      ? execution.payloads.encode(answer.value, 'answer', { part: 'output', kind: 'wait', name: spec.name })
      : execution.payloads.encodeError(answer.error, opened.start);
    await execution.outcomes.record(opened, note, { ok: answer.ok, milliseconds, ...by }, text);
    if (!answer.ok) throw answer.error;
    return answer.value;
  });
}

/** A replay has the answer to another question. */
function isAskedOtherwise(execution: Execution, { start, handed }: Entry, spec: WaitSpec): boolean {
  if (start.source === undefined || handed !== undefined || spec.question === undefined) return false;
  return start.wait?.question !== storedText(execution, spec, spec.question);
}

function detailsOf(execution: Execution, begun: Begun, spec: WaitSpec): WaitDetails {
  const recorded = begunHere(begun)?.start.wait;
  if (recorded) return recorded;
  return {
    as: begun.match.entry?.start.wait?.as ?? execution.nameWait(spec.name),
    ...(spec.question === undefined ? {} : { question: storedText(execution, spec, spec.question) }),
    ...(spec.reference === undefined ? {} : { reference: spec.reference }),
    ...(spec.until === undefined ? {} : { until: spec.until }),
    ...(spec.sleep ? { sleep: true } : {}),
    ...(spec.schema === undefined ? {} : { schema: spec.schema }),
  };
}
