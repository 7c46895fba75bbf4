import { UsageError } from '../errors/index.ts';
import { type Begun, begunHere } from '../execution/begun.ts';
import type { Execution } from '../execution/execution.ts';
import type { Guard } from '../execution/guard.ts';
import type { StreamSpec } from '../execution/spec.ts';
import type { Ambient } from '../identity/ambient.ts';
import type { CallEnd, CallStart } from '../journal/records.ts';
import { isAbort } from './attempts.ts';
import { noteAgain, noteStart } from './begin.ts';
import { runBody } from './body.ts';
import { refusalIn, usageOf } from './call-end.ts';
import { askGuard, guarding, guardOf } from './guarded.ts';
import { override } from './overridden.ts';
import { placeCall } from './place-call.ts';
import { Shown } from './shown.ts';

const SHOWN_NOTE_MS = 1_000;

/** Makes a call whose answer is a stream, or serves the recorded chunks. Must run in the caller's synchronous code. */
export function makeStream<Chunk>(here: Ambient<Execution>, spec: StreamSpec<Chunk>): AsyncIterable<Chunk> {
  const shown = new Shown<Chunk>();
  placeCall(here, spec, undefined, (execution, begun) => settle(execution, begun, spec, shown)).then(
    () => shown.finish(),
    (error) => shown.fail(error),
  );
  return shown;
}

async function settle<Chunk>(
  execution: Execution,
  begun: Begun,
  spec: StreamSpec<Chunk>,
  shown: Shown<Chunk>,
): Promise<void> {
  const entry = execution.outcomes.find(begun.match);
  if (entry) {
    const value = await execution.outcomes.serve(begun, entry);
    if (!entry.end.ok) return execution.failures.throwFrom(begun, value);
    shown.show(readChunks(spec, value, entry.end.stream === true));
    return;
  }
  const recorded = execution.overrides.of(begun);
  if (!recorded) return made(execution, begun, spec, shown);
  return execution.lifetime.doing(begun, async () => {
    const read = (value: unknown, isStream: boolean) => readChunks(spec, value, isStream);
    const call = await override(execution, begun, spec, recorded, read);
    const { outcome } = call;
    if (!outcome) return made(execution, call.begun, call.spec, shown);
    if (!outcome.ok) return execution.failures.throwFrom(begun, outcome.value);
    shown.show(outcome.value as Chunk[]);
  });
}

function made<Chunk>(execution: Execution, begun: Begun, spec: StreamSpec<Chunk>, shown: Shown<Chunk>): Promise<void> {
  const guard = guardOf(execution, begun);
  if (!guard) return execution.lifetime.doing(begun, () => live(execution, begun, spec, shown, undefined));
  return guarding(guard, execution, begun, (guarded) => live(execution, guarded, spec, shown, guard));
}

/** The chunks of a call, from what is stored. */
function readChunks<Chunk>(spec: StreamSpec<Chunk>, stored: unknown, isStream: boolean): Chunk[] {
  if (!isStream) return spec.toChunks ? spec.toChunks(stored) : [stored as Chunk];
  const chunks = stored as unknown[];
  return spec.codec ? chunks.map((chunk) => spec.codec?.decode(chunk) as Chunk) : (chunks as Chunk[]);
}

async function live<Chunk>(
  execution: Execution,
  begun: Begun,
  spec: StreamSpec<Chunk>,
  shown: Shown<Chunk>,
  guard: Guard | undefined,
): Promise<void> {
  const { start, match } = begun;
  const { id, kind, name, at } = start;
  const { world } = execution.environment;
  const entry = begunHere(begun);
  execution.outcomes.supersede(match);
  if (entry && !match.rerun) execution.emit({ type: 'repeated', call: { id, kind, name }, shown: entry.shown });
  const note = entry ? undefined : noteStart(execution, begun);
  const refusal = guard && (await askGuard(guard, execution, begun, spec));
  if (refusal) return fail(refusal.error, { unmade: true });
  if (!note && !guard) noteAgain(execution, begun);
  if (!guard) execution.journal.push();

  const chunks: Chunk[] = [];
  const held: Chunk[] = [];
  let noted = world.now();
  let text: string;
  try {
    await runBody(execution, begun, 1, execution.lifetime.signal, async (context) => {
      for await (const chunk of streamOf(await spec.run(context), start)) {
        chunks.push(chunk);
        if (held.length > 0 || spec.isTerminal?.(chunk)) {
          held.push(chunk);
          continue;
        }
        shown.show([chunk]);
        if (world.now() - noted < SHOWN_NOTE_MS) continue;
        noted = world.now();
        execution.journal.note({ head: { t: 'shown', id, chunks: chunks.length } });
        execution.journal.push();
      }
    });
    if (spec.isTerminal && held.length === 0) throw brokenOff(start, chunks.length);
    const stored = spec.codec ? chunks.map((chunk) => spec.codec?.encode(chunk)) : chunks;
    text = execution.payloads.encode(stored, 'chunks', { part: 'output', kind, name });
  } catch (error) {
    return fail(error);
  }
  const usage = usageOf(start, () => spec.usage?.(chunks));
  const end = { ok: true, milliseconds: world.now() - at, stream: true, ...(usage ? { usage } : {}) } as const;
  await execution.outcomes.record(begun, note, end, text);
  shown.show(held);

  async function fail(error: unknown, unmade: Pick<CallEnd, 'unmade'> = {}): Promise<never> {
    const end = { ok: false, milliseconds: world.now() - at, ...unmade, ...refusalIn(error) };
    if (!isAbort(error) && !execution.lifetime.signal.aborted)
      await execution.outcomes.record(begun, note, end, execution.payloads.encodeError(error, start));
    return execution.failures.throwFrom(begun, error);
  }
}

/** What a call's body gave, where it can be read piece by piece. A text could be, too, but letter by letter. */
function streamOf<Chunk>(given: AsyncIterable<Chunk>, { kind, name }: CallStart): AsyncIterable<Chunk> {
  if (typeof given === 'object' && given !== null && Symbol.asyncIterator in given) return given;
  const what = given === undefined ? 'nothing' : 'something without Symbol.asyncIterator';
  throw new UsageError(`run of ${kind} '${name}' must give what can be read with for await; it gave ${what}.`);
}

// A connection that is closed early looks like one that is closed at the end.
function brokenOff({ kind, name }: CallStart, chunks: number): Error {
  return new Error(
    `The stream of ${kind} '${name}' broke off after ${chunks} chunk${chunks === 1 ? '' : 's'}, before its end. It is no outcome: ask again.`,
  );
}
