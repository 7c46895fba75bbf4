import { CancelledError } from '../errors/index.ts';
import type { FinishedEntry } from '../identity/entry.ts';
import type { Match } from '../identity/matching.ts';
import { encode } from '../journal/codec.ts';
import { type CallEnd, type CallStart, isReplaced, type JournalRecord, type RecordHead } from '../journal/records.ts';
import { maskText } from '../secrets/text.ts';
import { maskError } from '../secrets/value.ts';
import type { Begun } from './begin.ts';
import type { ObservedCall } from './events.ts';
import type { Execution } from './execution.ts';

/** The outcomes of an execution's calls: recorded once, served from then on, handed out one at a time. */
export class Outcomes {
  readonly #execution: Execution;
  #seen = 0;
  #made: number;
  // Grows while it stands in line, so that what is served costs no write of its own.
  #servedNote: { readonly record: JournalRecord; readonly ids: string[] } | undefined;
  #served: number;

  constructor(execution: Execution, { made, served }: { made: number; served: number }) {
    this.#execution = execution;
    this.#made = made;
    this.#served = served;
  }

  /** How many outcomes the program has been handed, counted in the order in which they were recorded. */
  get seen(): number {
    return this.#seen;
  }

  /** How many calls were made and served, over all processes. */
  get counts(): { made: number; served: number } {
    return { made: this.#made, served: this.#served };
  }

  /** The recorded call whose outcome this one gets, where there is one that counts. */
  find({ entry, rerun }: Match): FinishedEntry | undefined {
    if (!entry?.end || rerun) return undefined;
    // What has come to its end has survived all of its failures.
    const isFinal = entry.end.ok || this.#execution.isRetold || this.#execution.history.survival.survived(entry);
    return isFinal ? (entry as FinishedEntry) : undefined;
  }

  /** A recorded call is made again: its old outcome holds nothing back. */
  supersede({ entry }: Match): void {
    if (!entry) return;
    entry.settled = true;
    this.#execution.serving.advance();
  }

  /** The recorded outcome, handed out in its turn. */
  async serve(begun: Begun, entry: FinishedEntry): Promise<unknown> {
    const { history, serving } = this.#execution;
    const { start, end } = entry;
    history.claims.hideInside(entry);
    const isLate = entry.handed === undefined;
    const turn = isLate ? serving.caughtUp(start.scope) : serving.turnOf(entry);
    if (turn) await turn;
    const loaded = this.#load(begun, entry);
    const value = loaded instanceof Promise ? await loaded : loaded;
    entry.settled = true;
    this.#served++;
    this.#noteServed(start);
    this.#execution.emit({ type: 'served', call: observed(start, end), drifted: begun.match.drifted });
    const handed = this.#hand(begun, isLate ? this.#reuse(entry) : (entry.handed as number));
    if (handed) await handed;
    return value;
  }

  // From now on it has its place among the outcomes of this execution.
  #reuse({ start }: FinishedEntry): number {
    const { journal, history, isRetold } = this.#execution;
    if (!isRetold) journal.note({ head: { t: 'reused', id: start.id } });
    return history.recorded++;
  }

  /** Records an outcome and hands it out once it is durable. `note`: the call's start, if that may still be in line. */
  async record(begun: Begun, note: JournalRecord | undefined, end: CallEnd, value: string): Promise<void> {
    const { journal, history, policy } = this.#execution;
    const { start, input, match } = begun;
    const standsAlone = note ? journal.withdraw(note) : match.rerun;
    const order = history.recorded++;
    if (standsAlone) {
      const head: RecordHead = { t: 'call', ...start, ...end };
      journal.note({ head, input: note?.input ?? input, value });
    } else journal.note({ head: { t: 'ended', id: start.id, ...end }, value });
    if (policy.durability === 'async') journal.push();
    else await journal.flush().catch(() => this.#execution.parkCall(begun));
    const call = observed(start, end);
    if (isReplaced(start)) {
      this.#served++;
      this.#execution.emit({ type: 'served', call, drifted: false });
    } else {
      this.#made++;
      this.#execution.guard?.settle(begun, end);
      this.#execution.emit({ type: 'made', call });
    }
    // What depends on a call that is made anew was recorded after the outcome that it had.
    if (match.entry) history.claims.leaveInside(match.entry);
    const hadOutcome = match.rerun || match.entry?.end !== undefined;
    const caughtUp = hadOutcome ? undefined : this.#execution.serving.caughtUp(start.scope);
    if (caughtUp) await caughtUp;
    const handed = this.#hand(begun, order);
    if (handed) await handed;
  }

  // For the books: what was not paid for again.
  #noteServed({ id, kind }: CallStart): void {
    const { journal, isRetold } = this.#execution;
    if (isRetold || kind === 'wait') return;
    if (this.#servedNote && journal.holds(this.#servedNote.record)) {
      this.#servedNote.ids.push(id);
      return;
    }
    const ids = [id];
    this.#servedNote = { record: journal.note({ head: { t: 'served', ids } }), ids };
  }

  /** A value that stands in its record is there at once. */
  #load(begun: Begun, { value }: FinishedEntry): unknown {
    try {
      const loaded = this.#execution.load(value);
      return loaded instanceof Promise ? loaded.catch((error) => this.#execution.fail(error, begun)) : loaded;
    } catch (error) {
      return this.#execution.fail(error as Error, begun);
    }
  }

  #hand(begun: Begun, order: number): Promise<void> | undefined {
    const turn = this.#execution.drains.open(begun.start.id);
    return turn ? turn.then(() => this.#handed(begun, order)) : this.#handed(begun, order);
  }

  #handed(begun: Begun, order: number): Promise<never> | undefined {
    this.#seen = Math.max(this.#seen, order + 1);
    const { stopReason } = this.#execution;
    return stopReason && !CancelledError.isInstance(stopReason) ? this.#execution.parkCall(begun) : undefined;
  }
}

function observed({ id, kind, name }: CallStart, { ok, milliseconds, usage }: CallEnd): ObservedCall {
  return { id, kind, name, ok, milliseconds, usage };
}

/** What was used is for the books: failing to tell it must not fail the call. */
export function usageOf(read: () => CallEnd['usage'] | undefined): CallEnd['usage'] | undefined {
  try {
    const usage = read();
    return usage && (JSON.parse(JSON.stringify(usage)) as CallEnd['usage']);
  } catch {
    return undefined;
  }
}

/** What an error says of its call: with a status of HTTP for errors, the other side has answered and done nothing. */
export function refusalIn(error: unknown): Pick<CallEnd, 'refused'> {
  const { status, statusCode = status } = (error ?? {}) as { status?: unknown; statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 600 ? { refused: true } : {};
}

/** What may be stored of a call's error. */
export function redactedError(execution: Execution, { start }: Begun, error: unknown): unknown {
  return execution.redacted(error, { part: 'error', kind: start.kind, name: start.name });
}

/** An error as text; of what was thrown and cannot be stored, at least how it reads. */
export function errorText(error: unknown): string {
  try {
    return encode(maskError(error), 'error');
  } catch {
    return encode(new Error(String(error)), 'error');
  }
}

/** What a list shows of an error. */
export function summary(error: unknown): { name: string; message: string } {
  return error instanceof Error
    ? { name: error.name, message: maskText(error.message) }
    : { name: typeof error, message: maskText(String(error)) };
}
