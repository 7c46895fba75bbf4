import { type Begun, begunHere } from '../execution/begun.ts';
import type { Execution } from '../execution/execution.ts';
import type { Guard } from '../execution/guard.ts';
import type { CallSpec } from '../execution/spec.ts';
import type { Ambient } from '../identity/ambient.ts';
import type { FinishedEntry } from '../identity/entry.ts';
import type { RecordedOverride } from '../identity/history.ts';
import type { CallEnd, JournalRecord } from '../journal/records.ts';
import { isAbort, runAttempts } from './attempts.ts';
import { noteAgain, noteStart } from './begin.ts';
import { runBody } from './body.ts';
import { refusalIn, usageOf } from './call-end.ts';
import { askAgain, askGuard, guarding, guardOf } from './guarded.ts';
import { askInDoubt } from './in-doubt.ts';
import { override } from './overridden.ts';
import { placeCall } from './place-call.ts';

/** Makes a call, or serves its recorded outcome. Must run in the caller's own synchronous code. */
export function makeCall<T>(here: Ambient<Execution>, spec: CallSpec<T>): Promise<T> {
  const extra = spec.effect === 'once' ? ({ once: true } as const) : undefined;
  return placeCall(here, spec, extra, (execution, begun) => settle(execution, begun, spec));
}

function settle<T>(execution: Execution, begun: Begun, spec: CallSpec<T>): Promise<T> {
  const entry = execution.outcomes.find(begun.match);
  if (entry) return served(execution, begun, entry, spec);
  const override = execution.overrides.of(begun);
  if (override) return execution.lifetime.doing(begun, () => overridden(execution, begun, spec, override));
  return made(execution, begun, spec);
}

function made<T>(execution: Execution, begun: Begun, spec: CallSpec<T>): Promise<T> {
  const guard = guardOf(execution, begun);
  if (!guard) return execution.lifetime.doing(begun, () => live(execution, begun, spec, undefined));
  return guarding(guard, execution, begun, (guarded) => live(execution, guarded, spec, guard));
}

async function overridden<T>(
  execution: Execution,
  begun: Begun,
  spec: CallSpec<T>,
  recorded: RecordedOverride,
): Promise<T> {
  const read = (value: unknown, isStream: boolean) => readOutcome(spec, value, isStream);
  const call = await override(execution, begun, spec, recorded, read);
  const { outcome } = call;
  if (!outcome) return made(execution, call.begun, call.spec);
  if (!outcome.ok) return execution.failures.throwFrom(begun, outcome.value);
  return outcome.value as T;
}

async function served<T>(execution: Execution, begun: Begun, entry: FinishedEntry, spec: CallSpec<T>): Promise<T> {
  const value = await execution.outcomes.serve(begun, entry);
  if (!entry.end.ok) return execution.failures.throwFrom(begun, value);
  return readOutcome(spec, value, entry.end.stream === true);
}

/** The value of a call, from what is stored. */
function readOutcome<T>(spec: CallSpec<T>, stored: unknown, isStream: boolean): T {
  if (isStream) {
    const chunks = stored as unknown[];
    return spec.fromChunks ? spec.fromChunks(chunks) : (chunks as T);
  }
  return spec.codec ? spec.codec.decode(stored) : (stored as T);
}

async function live<T>(execution: Execution, begun: Begun, asked: CallSpec<T>, guard: Guard | undefined): Promise<T> {
  const { start, match } = begun;
  const spec = execution.outcomes.keepsInput(begun) ? await asRecorded(execution, begun, asked) : asked;
  const entry = begunHere(begun);
  const isKnown = entry !== undefined && !match.rerun;
  execution.outcomes.supersede(match);
  const isOnce = spec.effect === 'once';
  // A failure that was recorded is an outcome, and no doubt.
  if (isKnown && isOnce && !entry.end && (guard?.mayBeMade(begun) ?? true)) {
    const settled = await askInDoubt<T>(execution, begun);
    if (settled) return finish(execution, begun, spec, settled, undefined);
  }
  if (isKnown) {
    const { id, kind, name } = start;
    execution.emit({ type: 'repeated', call: { id, kind, name }, shown: entry.shown });
  }
  const isNoted = entry !== undefined && !isOnce;
  const note = isNoted ? undefined : noteStart(execution, begun);
  const refusal = guard && (await askGuard(guard, execution, begun, spec));
  if (refusal) return finish(execution, begun, spec, { ok: false, ...refusal, unmade: true }, note);
  if (isNoted && !guard) noteAgain(execution, begun);
  // A child must not be there before the call that it belongs to: what it was started with would be told by nothing.
  const isChild = start.kind === 'flow' && note !== undefined;
  if (isOnce || isChild) {
    await execution.journal.flush().catch(() => execution.lifetime.parkCall(begun));
  } else if (!guard && (start.kind === 'llm' || start.kind === 'tool')) execution.journal.push();

  const { outcome, attempts } = await runAttempts(
    {
      name: start.name,
      retry: spec.retry,
      timeout: spec.timeout,
      world: execution.environment.world,
      signal: execution.lifetime.signal,
      gone: execution.lifetime.gone,
      describe: (error) => execution.payloads.summary(error, start),
      ...(guard ? { refuse: () => askAgain(guard, execution, begun, spec) } : {}),
      // What the policy would have tried again has not failed yet: it is recorded neither way.
      stopped: (error) =>
        execution.lifetime.signal.aborted ? Promise.reject(error) : execution.lifetime.parkCall(begun),
    },
    (attempt, signal) => runBody(execution, begun, attempt, signal, spec.run),
  );
  return finish(execution, begun, spec, outcome, note, attempts);
}

async function asRecorded<T>(execution: Execution, begun: Begun, spec: CallSpec<T>): Promise<CallSpec<T>> {
  let value: unknown;
  try {
    value = await execution.payloads.load(begun.match.entry?.input);
  } catch (error) {
    // It is no failure of the call, and may be restored.
    return execution.lifetime.fail(error as Error, begun);
  }
  return { ...spec, ...(spec.change?.({ input: { value } }) as Partial<CallSpec<T>>) };
}

type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: unknown; readonly unmade?: true };

async function finish<T>(
  execution: Execution,
  begun: Begun,
  spec: CallSpec<T>,
  outcome: Outcome<T>,
  note: JournalRecord | undefined,
  attempts: CallEnd['attempts'] = [],
): Promise<T> {
  const { kind, name, at } = begun.start;
  const milliseconds = execution.environment.world.now() - at;
  const tried = attempts.length > 0 ? { attempts } : {};
  if (outcome.ok) {
    let text: string;
    try {
      const value = spec.codec ? spec.codec.encode(outcome.value) : outcome.value;
      text = execution.payloads.encode(value, 'result', { part: 'output', kind, name });
    } catch (error) {
      return fail(error);
    }
    const usage = usageOf(begun.start, () => spec.usage?.(outcome.value));
    await execution.outcomes.record(
      begun,
      note,
      { ok: true, milliseconds, ...tried, ...(usage ? { usage } : {}) },
      text,
    );
    return outcome.value;
  }
  return fail(outcome.error, outcome.unmade && { unmade: true });

  async function fail(error: unknown, unmade: Pick<CallEnd, 'unmade'> = {}): Promise<never> {
    // An abort is nobody's outcome: on resume the call is made again.
    if (!isAbort(error) && !execution.lifetime.signal.aborted)
      await execution.outcomes.record(
        begun,
        note,
        { ok: false, milliseconds, ...tried, ...unmade, ...refusalIn(error) },
        execution.payloads.encodeError(error, begun.start),
      );
    return execution.failures.throwFrom(begun, error);
  }
}
