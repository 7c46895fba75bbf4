import type { ExecutionSummary, Reprise } from '@reprise/core';
import { maskAddress } from '@reprise/core/store';
import { notFound, usageError } from '../command/failure.ts';
import type { Setting } from '../command/verb.ts';

export const ALL: number = Number.MAX_SAFE_INTEGER;
const SHOWN = 5;

const NAMED: Readonly<Record<string, (execution: ExecutionSummary) => boolean>> = {
  '@last': () => true,
  '@last-failed': ({ status }) => status === 'failed' || status === 'crashed',
  '@waiting': ({ status }) => status === 'waiting',
};

/** The id that somebody means who types one, the beginning of one, or a name such as `@last`. */
export async function resolveId({ reprise, store }: Setting, typed: string): Promise<string> {
  const roots = await reprise.executions.list({ limit: ALL });
  const isMeant = NAMED[typed];
  if (isMeant) {
    const found = roots.find(isMeant);
    if (found) return found.id;
    throw notFound(`No execution in ${maskAddress(store)} is ${typed}.`, 'reprise list');
  }
  if (typed.startsWith('@')) {
    throw usageError(`'${typed}' names nothing; there are ${Object.keys(NAMED).join(', ')}.`, 'reprise list');
  }
  const candidates = typed.includes('.') ? await withChildren(reprise, roots, typed) : roots;
  if (candidates.some(({ id }) => id === typed)) return typed;
  const matching = candidates.filter(({ id }) => id.startsWith(typed));
  if (matching.length === 1) return (matching[0] as ExecutionSummary).id;
  if (matching.length === 0)
    throw notFound(`There is no execution '${typed}' in ${maskAddress(store)}.`, 'reprise list');
  const names = matching.slice(0, SHOWN).map(({ id }) => id);
  const rest = matching.length > SHOWN ? ` and ${matching.length - SHOWN} more` : '';
  throw usageError(`${matching.length} executions begin with '${typed}': ${names.join(', ')}${rest}.`, 'reprise list');
}

async function withChildren(
  reprise: Reprise,
  roots: readonly ExecutionSummary[],
  typed: string,
): Promise<ExecutionSummary[]> {
  const found = [...roots];
  for (const { id } of found) {
    if (typed.startsWith(`${id}.`)) found.push(...(await reprise.executions.list({ parent: id, limit: ALL })));
  }
  return found;
}
