import type { CallRecord } from '@reprise/core';
import { notFound, usageError } from '../command/failure.ts';
import type { TreeRow } from '../render/call-tree.ts';

/** The call that somebody means: by its id, its path, its name where it is the only one, or as `name#2`. */
export function selectCall(rows: readonly TreeRow[], selector: string, id: string): CallRecord {
  const byId = rows.find(({ call }) => call.id === selector || (call.path === selector && call.path.includes('/')));
  if (byId) return byId.call;
  const [, name = selector, n] = /^(.*)#(\d+)$/.exec(selector) ?? [];
  const exact = rows.filter(({ call }) => call.name === selector);
  if (exact.length === 1) return (exact[0] as TreeRow).call;
  const named = rows.filter(({ call }) => call.name === name);
  const chosen = n === undefined ? undefined : named[Number(n) - 1];
  if (chosen) return chosen.call;
  if (named.length > 1) {
    const choices = named.map((_, i) => `${name}#${i + 1}`).join(', ');
    throw usageError(`${named.length} calls are named '${name}': ${choices}.`, `reprise show ${id} --call '${name}#1'`);
  }
  const known = [...new Set(rows.map(({ call }) => call.name))].join(', ');
  throw notFound(`Execution ${id} has no call '${selector}'${known ? `; it has ${known}` : ''}.`, `reprise show ${id}`);
}
