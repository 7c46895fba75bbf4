import { type Ambient, type RunningCall, scopeStart } from '../identity/ambient.ts';
import { inNewBranch } from '../identity/branch.ts';
import type { FinishedEntry } from '../identity/entry.ts';
import type { RecordedOverride } from '../identity/history.ts';
import { type CallEnd, callKey, type JournalRecord } from '../journal/records.ts';
import { isAbort, runAttempts } from './attempts.ts';
import { type Begun, begunHere, noteAgain, noteStart } from './begin.ts';
import { ambient, type Execution } from './execution.ts';
import { askAgain, askGuard, type Guard, guarding, guardOf } from './guard.ts';
import { askInDoubt } from './in-doubt.ts';
import { errorText, keepsInput, redactedError, refusalIn, summary, usageOf } from './outcomes.ts';
import { override } from './overridden.ts';
import { placeCall } from './place-call.ts';
import type { CallContext, CallSpec } from './spec.ts';

/** Makes a call, or serves its recorded outcome. Must run in the caller's own synchronous code. */
export function makeCall<T>(here: Ambient<Execution>, spec: CallSpec<T>): Promise<T> {
  const extra = spec.effect === 'once' ? ({ once: true } as const) : undefined;
  return placeCall(here, spec, extra, (execution, begun) => settle(execution, begun, spec));
}

function settle<T>(execution: Execution, begun: Begun, spec: CallSpec<T>): Promise<T> {
  const entry = execution.outcomes.find(begun.match);
  if (entry) return served(execution, begun, entry, spec);
  const override = execution.overrides.of(begun);
  if (override) return execution.doing(begun, () => overridden(execution, begun, spec, override));
  return made(execution, begun, spec);
}

function made<T>(execution: Execution, begun: Begun, spec: CallSpec<T>): Promise<T> {
  const guard = guardOf(execution, begun);
  if (!guard) return execution.doing(begun, () => live(execution, begun, spec, undefined));
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
  if (!outcome.ok) return execution.throwFrom(begun, outcome.value);
  return outcome.value as T;
}

async function served<T>(execution: Execution, begun: Begun, entry: FinishedEntry, spec: CallSpec<T>): Promise<T> {
  const value = await execution.outcomes.serve(begun, entry);
  if (!entry.end.ok) return execution.throwFrom(begun, value);
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
  const spec = keepsInput(execution, begun) ? await asRecorded(execution, begun, asked) : asked;
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
    await execution.journal.flush().catch(() => execution.parkCall(begun));
  } else if (!guard && (start.kind === 'llm' || start.kind === 'tool')) execution.journal.push();

  const { outcome, attempts } = await runAttempts(
    {
      name: start.name,
      retry: spec.retry,
      timeout: spec.timeout,
      world: execution.context.world,
      signal: execution.signal,
      gone: execution.gone,
      describe: (error) => summary(redactedError(execution, begun, error)),
      ...(guard ? { refuse: () => askAgain(guard, execution, begun, spec) } : {}),
      // What the policy would have tried again has not failed yet: it is recorded neither way.
      stopped: (error) => (execution.signal.aborted ? Promise.reject(error) : execution.parkCall(begun)),
    },
    (attempt, signal) => runBody(execution, begun, attempt, signal, spec.run),
  );
  return finish(execution, begun, spec, outcome, note, attempts);
}

async function asRecorded<T>(execution: Execution, { match }: Begun, spec: CallSpec<T>): Promise<CallSpec<T>> {
  const value = await execution.load(match.entry?.input);
  return { ...spec, ...(spec.change?.({ input: { value } }) as Partial<CallSpec<T>>) };
}

/** Runs a call's body, as what encloses the calls that it makes. */
export async function runBody<R>(
  execution: Execution,
  { start, scope, work }: Begun,
  attempt: number,
  signal: AbortSignal,
  run: (context: CallContext) => R,
): Promise<Awaited<R>> {
  const { id, kind, name } = start;
  const key = callKey(start);
  const call: RunningCall = { id, key, kind, name, attempt, signal, parent: scope.call, work };
  // Each attempt is a scope of its own: what failed is tried afresh, and not served from the attempt before.
  const body = attempt === 1 ? id : `${id}/${attempt}`;
  const inner = { id: body, sequential: false, parent: scope, call };
  const context: CallContext = {
    id,
    attempt,
    signal,
    // Made when it is asked for: few bodies do.
    get idempotencyKey() {
      return execution.idempotencyKey(key);
    },
  };
  execution.enter(call);
  const span = execution.trace?.begin(call);
  try {
    return await ambient.run({ home: execution, scope: inner, cause: scopeStart(body) }, () => {
      execution.drains.enter(`${body}>`);
      return inNewBranch(() => (span ? span.inside(() => run(context)) : run(context)));
    });
  } catch (error) {
    span?.failed(error);
    throw error;
  }
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
  const milliseconds = execution.context.world.now() - at;
  const tried = attempts.length > 0 ? { attempts } : {};
  if (outcome.ok) {
    let text: string;
    try {
      const value = spec.codec ? spec.codec.encode(outcome.value) : outcome.value;
      text = execution.encode(value, 'result', { part: 'output', kind, name });
    } catch (error) {
      return fail(error);
    }
    const usage = usageOf(() => spec.usage?.(outcome.value));
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
    if (!isAbort(error) && !execution.signal.aborted)
      await execution.outcomes.record(
        begun,
        note,
        { ok: false, milliseconds, ...tried, ...unmade, ...refusalIn(error) },
        errorText(redactedError(execution, begun, error)),
      );
    return execution.throwFrom(begun, error);
  }
}
