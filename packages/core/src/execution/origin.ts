import { NotFoundError } from '../errors/index.ts';
import type { JournalRecord, Origin } from '../journal/records.ts';
import type { JournalView } from '../journal/view.ts';
import type { Environment } from './environment.ts';
import { redactValue } from './redact.ts';

/** The record that tells how an execution came to be. */
export function findOrigin(view: JournalView): { origin: Origin; input: JournalRecord['input'] } {
  for (const { head, input } of view.records) if (head.t === 'origin') return { origin: head, input };
  throw new NotFoundError(`Execution ${view.execution} has a journal, but it was never begun.`);
}

/** An execution's input, as it is stored and as it is recognised by. */
export function redactedInput({ redact }: Environment, flow: string, value: unknown): unknown {
  return redact ? redactValue(redact, value, { part: 'input', kind: 'execution', name: flow }) : value;
}
