import { CorruptRecordError } from '../errors/index.ts';
import type { EngineContext } from '../execution/context.ts';
import { type Head, parseHead, requireHead } from '../execution/head.ts';
import { withoutSecrets } from '../execution/launch.ts';
import { findOrigin } from '../execution/origin.ts';
import { statusOf } from '../execution/status.ts';
import { History } from '../identity/history.ts';
import { keys } from '../journal/keys.ts';
import { JournalView } from '../journal/view.ts';
import { nameCalls } from './paths.ts';
import type { CallRecord, ExecutionRecord, ExecutionSummary, LogRecord } from './records.ts';
import { replaysOf } from './replay/lineage.ts';

const PAGE = 500;

/** Is told of a head that cannot be read, or throws. */
export type OnDamaged = (error: CorruptRecordError) => void;

/**
 * The heads of all executions. One that is damaged must not hide the others; where none can be read, it is more
 * likely the key of the encryption, and an error.
 */
export async function* allHeads({ store, seal }: EngineContext, onDamaged: OnDamaged): AsyncGenerator<Head> {
  const damaged: CorruptRecordError[] = [];
  let areRead = false;
  for (let after: string | undefined; ; ) {
    const page = await store.scan(keys.heads, after === undefined ? { limit: PAGE } : { after, limit: PAGE });
    for (const { key, value } of page) {
      let head: Head;
      try {
        head = parseHead(key, seal.open(key, value));
      } catch (error) {
        if (!CorruptRecordError.isInstance(error)) throw error;
        damaged.push(error);
        continue;
      }
      areRead = true;
      yield head;
    }
    after = page.at(-1)?.key;
    if (page.length < PAGE) break;
  }
  for (const error of damaged) {
    if (!areRead) throw error;
    onDamaged(error);
  }
}

/** For a list, which goes on without it. */
export const warnOfDamaged: OnDamaged = ({ message, code }) =>
  process.emitWarning(message, { type: 'DamageWarning', code });

/** For whoever needs all of an execution's children: another execution may be damaged. */
export function unlessInFamily(id: string): OnDamaged {
  return (error) => {
    // Of an id that is hashed nobody can tell whose child it is.
    if (error.key.startsWith(`${keys.head(id)}.`) || error.key.startsWith(`${keys.heads}~`)) throw error;
  };
}

/** For whoever needs all of them. */
export const refuseDamaged: OnDamaged = (error) => {
  throw error;
};

export function summarize(context: EngineContext, head: Head): ExecutionSummary {
  const { id, flow, version, createdAt, updatedAt, endedAt, parent, waits, error, calls } = head;
  // The first releases stored it as it was typed.
  const launch = withoutSecrets(head.launch);
  const status = statusOf(head, context.world);
  const replayOf = head.replay && { execution: head.replay.of, from: head.replay.from };
  return { id, flow, version, status, createdAt, updatedAt, endedAt, parent, replayOf, waits, error, calls, launch };
}

/** Reads an execution whole. */
export async function readExecution(context: EngineContext, id: string): Promise<ExecutionRecord> {
  const head = await requireHead(context, id);
  const view = await JournalView.open(context.store, context.seal, id, head.segments);
  let result: unknown;
  let failure: unknown;
  const logs: LogRecord[] = [];
  for (const { head: record, value } of view.records) {
    if (record.t === 'end' && record.status === 'completed') result = await view.load(value);
    if (record.t === 'end' && record.status === 'failed' && head.status === 'failed') failure = await view.load(value);
    if (record.t === 'log') logs.push({ at: record.at, data: await view.load(value) });
  }
  const input = await view.load(findOrigin(view).input);
  const replays = await replaysOf(context, id);
  return { ...summarize(context, head), input, result, failure, replays, journal: await readCalls(view), logs };
}

/** The calls of a journal, in the order in which they were first recorded. */
export async function readCalls(view: JournalView): Promise<CallRecord[]> {
  const drifts = new Map<string, number>();
  const served = new Map<string, number>();
  for (const { head } of view.records) {
    if (head.t === 'drift') countUp(drifts, head.id);
    if (head.t === 'served') for (const id of head.ids) countUp(served, id);
  }
  const calls: CallRecord[] = [];
  const history = new History(view.records);
  const named = nameCalls(history);
  for (const entry of history.entries.values()) {
    const { start, end, input, value: stored } = entry;
    const path = named.get(start.id)?.path;
    if (path === undefined) continue;
    const value = end && (await view.load(stored));
    const parent = start.scope.split('/')[0];
    calls.push({
      id: start.id,
      kind: start.kind,
      name: start.wait?.as ?? start.name,
      path,
      parent: parent || undefined,
      status: end ? (end.ok ? 'completed' : 'failed') : 'begun',
      startedAt: start.at,
      milliseconds: end?.milliseconds,
      input: await view.load(input),
      output: end?.ok ? value : undefined,
      error: end && !end.ok ? value : undefined,
      attempts: end?.attempts ?? [],
      usage: end?.usage,
      by: end?.by,
      served: served.get(start.id) ?? 0,
      keptFrom: start.source,
      overridden: start.override,
      drifts: drifts.get(start.id) ?? 0,
    });
  }
  return calls;
}

function countUp(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
