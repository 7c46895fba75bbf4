import type { ExecutionRecord, Reprise } from '@reprise/core';
import type { Family } from '../render/call-tree.ts';
import { ALL } from './ids.ts';

/** An execution with its children, and theirs. */
export async function familyOf(reprise: Reprise, id: string): Promise<Family> {
  const root = await reprise.executions.get(id);
  const children = new Map<string, ExecutionRecord>();
  const add = async (parent: ExecutionRecord): Promise<void> => {
    if (!parent.journal.some(({ kind }) => kind === 'flow')) return;
    for (const { id: child } of await reprise.executions.list({ parent: parent.id, limit: ALL })) {
      const record = await reprise.executions.get(child);
      children.set(child, record);
      await add(record);
    }
  };
  await add(root);
  return { root, children };
}
