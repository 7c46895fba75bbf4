import { CorruptRecordError, StateError, UsageError } from '../errors/index.ts';
import type { EngineContext } from '../execution/context.ts';
import { parseHead, requireHead } from '../execution/head.ts';
import { parseAnswer, parseCancel } from '../execution/mailbox.ts';
import { digest } from '../journal/digest.ts';
import { blobOf } from '../journal/journal.ts';
import { keys } from '../journal/keys.ts';
import type { Seal } from '../journal/seal.ts';
import { decodeStored } from '../journal/stored-value.ts';
import { JournalView } from '../journal/view.ts';
import { guard } from '../store/guarded.ts';
import { memoryDriver } from '../store/memory.ts';
import { keysOf } from './delete.ts';
import { allHeads, readExecution, unlessInFamily } from './view.ts';

/** An execution, with its children, as data that can be kept in a file. */
export interface ExecutionExport {
  readonly reprise: 1;
  /** The id of the execution that was exported. */
  readonly execution: string;
  /** What is stored, by key, without encryption. */
  readonly entries: Readonly<Record<string, string>>;
  /** SHA-256 of all the rest, so that damage on the way is noticed. The first releases wrote none. */
  readonly checksum?: string;
}

export async function exportExecution(context: EngineContext, id: string): Promise<ExecutionExport> {
  const { store, seal } = context;
  await requireHead(context, id);
  const ids = await withChildren(context, id);
  const entries: Record<string, string> = {};
  for (const one of ids) {
    // The head first, as it is passed on: read after the journal, it may tell of more than that had.
    const head = await requireHead(context, one);
    // What has lost a part is not passed on as if it were whole.
    await JournalView.open(store, seal, one, head.segments);
    entries[keys.head(one)] = JSON.stringify(head);
    const wanted = await keysOf(context, one);
    const values = await store.getMany(wanted);
    for (const [i, key] of wanted.entries()) {
      const value = values[i];
      if (value !== undefined) entries[key] = seal.open(key, value);
    }
  }
  return { reprise: 1, execution: id, entries, checksum: checksumOf(id, entries) };
}

function checksumOf(execution: string, entries: Readonly<Record<string, string>>): string {
  return digest({ execution, entries }, 'export');
}

/** An execution, and the children of it and of its children. */
async function withChildren(context: EngineContext, id: string): Promise<string[]> {
  const children = new Map<string, string[]>();
  for await (const { parent, id: child } of allHeads(context, unlessInFamily(id))) {
    if (parent === undefined) continue;
    children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const ids = [id];
  for (const one of ids) ids.push(...(children.get(one) ?? []));
  return ids;
}

export async function importExecution(context: EngineContext, data: ExecutionExport): Promise<void> {
  checkExport(data);
  const heads = Object.keys(data.entries).filter((key) => key.startsWith(keys.heads));
  await checkContents(context, data, heads);
  checkChecksum(data);
  await checkFree(context, data, heads);
  const { store, seal } = context;
  // The heads last: an import that was interrupted shows nothing, and can be done again.
  const rest = Object.keys(data.entries).filter((key) => !key.startsWith(keys.heads));
  for (const key of [...rest, ...heads]) await store.set(key, seal.close(key, data.entries[key] as string));
}

function checkExport(data: unknown): asserts data is ExecutionExport {
  const { reprise, execution, entries } = (data ?? {}) as Partial<ExecutionExport>;
  if (typeof reprise === 'number' && reprise !== 1) {
    throw new UsageError(`This export has the version ${reprise}; this release reads version 1.`);
  }
  if (reprise !== 1 || typeof execution !== 'string' || typeof entries !== 'object' || entries === null) {
    throw new UsageError(
      'executions.import takes what executions.export gave: { reprise: 1, execution, entries, checksum }.',
    );
  }
  if (!Object.hasOwn(entries, keys.head(execution))) {
    throw new UsageError(`This export does not hold the execution '${execution}' that it names.`);
  }
  for (const [key, text] of Object.entries(entries)) {
    if (!key.startsWith('reprise/') || typeof text !== 'string') throw foreignEntry(key);
  }
}

function checkChecksum({ execution, entries, checksum }: ExecutionExport): void {
  if (checksum === undefined || checksum === checksumOf(execution, entries)) return;
  throw new UsageError(
    `This export of execution '${execution}' is damaged: its checksum does not fit. Export it once more.`,
  );
}

function foreignEntry(key: string): UsageError {
  return new UsageError(`This export is damaged: it has an entry '${key}' that is none of Reprise's.`);
}

const unsealed: Seal = { close: (_key, text) => text, open: (_key, text) => text };

/** All of it is read before any of it is stored: one bad head would fail every listing. */
async function checkContents(
  context: EngineContext,
  { entries }: ExecutionExport,
  heads: readonly string[],
): Promise<void> {
  const store = await guard(memoryDriver());
  for (const [key, text] of Object.entries(entries)) await store.set(key, text);
  const unclaimed = new Set(Object.keys(entries));
  for (const key of heads) {
    const { id } = await reading(key, async () => {
      const head = parseHead(key, entries[key] as string);
      return readExecution({ ...context, store, seal: unsealed }, head.id);
    });
    unclaimed.delete(key);
    for (const own of await keysOf({ store }, id)) {
      if (await reading(own, async () => isPartOf(id, own, entries[own] as string))) unclaimed.delete(own);
    }
  }
  for (const key of unclaimed) throw foreignEntry(key);
}

/** Whether what stands among an execution's keys is a part of it; throws where it cannot be what it stands for. */
function isPartOf(id: string, key: string, text: string): boolean {
  if (key.startsWith(keys.segments(id))) return true;
  if (key.startsWith(keys.blobs(id))) return key === keys.blob(id, blobOf(text));
  if (key.startsWith(keys.replays(id))) return true;
  if (key === keys.cancel(id)) parseCancel(key, text);
  else decodeStored(key, parseAnswer(key, text).value);
  return true;
}

async function reading<T>(key: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (UsageError.isInstance(cause)) throw cause;
    const damaged = CorruptRecordError.isInstance(cause) ? cause.key : key;
    throw new UsageError(`This export is damaged: its entry '${damaged}' cannot be read.`, { cause });
  }
}

/** Nothing of these executions may be there but what an import of the same has left that was interrupted. */
async function checkFree(
  { store, seal }: EngineContext,
  { execution, entries }: ExecutionExport,
  heads: readonly string[],
): Promise<void> {
  if ((await store.getMany(heads)).some((value) => value !== undefined)) {
    throw new StateError(
      `Execution ${execution}, or a child of it, exists in ${store.name} already. Delete it there first.`,
    );
  }
  const ends = heads.map((key) => {
    const { id } = parseHead(key, entries[key] as string);
    let end = 0;
    while (Object.hasOwn(entries, keys.segment(id, end))) end++;
    return keys.segment(id, end);
  });
  const wanted = [...Object.keys(entries), ...ends];
  for (const [i, value] of (await store.getMany(wanted)).entries()) {
    const key = wanted[i] as string;
    if (value === undefined || (Object.hasOwn(entries, key) && seal.open(key, value) === entries[key])) continue;
    throw new StateError(
      `${store.name} holds ${key} of another execution '${execution}', or of a child of it, whose status is lost. ` +
        'Start that one once, which writes its status anew, and then delete it.',
    );
  }
}
