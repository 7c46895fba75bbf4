import { RepriseError, UsageError } from '../errors/index.ts';
import type { Begun } from '../execution/begun.ts';
import type { Execution } from '../execution/execution.ts';
import type { CallChange, CallIdentity, ChangedCall } from '../execution/spec.ts';
import type { RecordedOverride } from '../identity/history.ts';
import { isReplaced } from '../journal/records.ts';
import { noteStart } from './begin.ts';

/** A call as a replay wants it. */
export interface Overridden<Spec> {
  readonly begun: Begun;
  readonly spec: Spec;
  /** The outcome that it has in place of being made. */
  readonly outcome: { readonly ok: boolean; readonly value: unknown; readonly isStream: boolean } | undefined;
}

/** What a replay changes about a call that is about to be made. What does not fit stops the execution. */
export async function override<Spec extends CallIdentity>(
  execution: Execution,
  begun: Begun,
  spec: Spec,
  recorded: RecordedOverride,
  read: (value: unknown, isStream: boolean) => unknown,
): Promise<Overridden<Spec>> {
  const { head } = recorded;
  const start = { ...begun.start, override: head.what };
  try {
    if (isReplaced({ override: head.what })) {
      const ok = head.what === 'output';
      const isStream = head.stream === true;
      const given = await execution.payloads.load(recorded.value);
      // Read before it is recorded: what the call cannot make sense of must not count as its outcome.
      const value = ok ? read(given, isStream) : given;
      await record(execution, { ...begun, start }, recorded, ok);
      return { begun, spec, outcome: { ok, value, isStream } };
    }
    const changed = change(spec, {
      ...(recorded.input === undefined ? {} : { input: { value: await execution.payloads.load(recorded.input) } }),
      ...(head.model === undefined ? {} : { model: head.model }),
    });
    const { kind, name } = start;
    const input = execution.payloads.encode(changed.input, 'input', { part: 'input', kind, name });
    return { begun: { ...begun, start, input }, spec: { ...spec, ...changed }, outcome: undefined };
  } catch (error) {
    return execution.lifetime.fail(explain(error, head.what, begun), begun);
  }
}

function change(spec: CallIdentity, wanted: CallChange): ChangedCall {
  if (!spec.change)
    throw new UsageError('it takes neither another input nor another model, only an output or an error');
  return spec.change(wanted);
}

async function record(execution: Execution, begun: Begun, { value, head }: RecordedOverride, ok: boolean) {
  execution.outcomes.supersede(begun.match);
  const note = noteStart(execution, begun);
  const stream = head.stream ? ({ stream: true } as const) : {};
  const text = value === undefined ? '' : await execution.journal.text(value);
  await execution.outcomes.record(begun, note, { ok, milliseconds: 0, ...stream }, text);
}

function explain(error: unknown, what: string, { start: { kind, name } }: Begun): Error {
  if (RepriseError.isInstance(error) && !UsageError.isInstance(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new UsageError(`The override (${what}) of ${kind} '${name}' does not fit: ${reason}`, { cause: error });
}
