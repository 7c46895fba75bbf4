import { StateError, UsageError } from '../errors/index.ts';
import type { EngineContext } from '../execution/context.ts';
import { parseHead } from '../execution/head.ts';
import { digest } from '../journal/digest.ts';
import { keys } from '../journal/keys.ts';
import { readSegment } from '../journal/segment.ts';
import { JournalView } from '../journal/view.ts';
import { keysOf } from './delete.ts';
import { allHeads, requireHead } from './view.ts';

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
    // What has lost a part is not passed on as if it were whole.
    await JournalView.open(store, seal, one, (await requireHead(context, one)).segments);
    const wanted = [keys.head(one), ...(await keysOf(context, one))];
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
  for await (const { parent, id: child } of allHeads(context)) {
    if (parent === undefined) continue;
    children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const ids = [id];
  for (const one of ids) ids.push(...(children.get(one) ?? []));
  return ids;
}

export async function importExecution(context: EngineContext, data: ExecutionExport): Promise<void> {
  checkExport(data);
  const { store, seal } = context;
  const heads = Object.keys(data.entries).filter((key) => key.startsWith(keys.heads));
  const taken = (await store.getMany(heads)).findIndex((value) => value !== undefined);
  if (taken !== -1) {
    throw new StateError(
      `Execution ${data.execution}, or a child of it, exists in ${store.name} already. Delete it there first.`,
    );
  }
  // The heads last: an import that was interrupted shows nothing, and can be done again.
  const rest = Object.keys(data.entries).filter((key) => !key.startsWith(keys.heads));
  for (const key of [...rest, ...heads]) await store.set(key, seal.close(key, data.entries[key] as string));
}

// What cannot be read must not get into the store: one bad head would fail every listing.
function checkExport(data: unknown): asserts data is ExecutionExport {
  const { reprise, execution, entries, checksum } = (data ?? {}) as Partial<ExecutionExport>;
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
    if (!key.startsWith('reprise/') || typeof text !== 'string') {
      throw new UsageError(`This export is damaged: it has an entry '${key}' that is none of Reprise's.`);
    }
    try {
      if (key.startsWith(keys.heads)) parseHead(key, text);
      else if (key.startsWith(keys.journals)) readSegment(key, text);
    } catch (cause) {
      throw new UsageError(`This export is damaged: its entry '${key}' cannot be read.`, { cause });
    }
  }
  if (checksum !== undefined && checksum !== checksumOf(execution, entries)) {
    throw new UsageError(
      `This export of execution '${execution}' is damaged: its checksum does not fit. Export it once more.`,
    );
  }
}
