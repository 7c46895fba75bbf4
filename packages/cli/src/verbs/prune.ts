import type { ExecutionSummary } from '@reprise/core';
import { timeAgo } from '../arguments/time.ts';
import { confirm } from '../ask/confirm.ts';
import { usageError } from '../command/failure.ts';
import { type Setting, type Verb, verb } from '../command/verb.ts';
import { ALL } from '../find/ids.ts';
import { bytes } from '../render/bytes.ts';
import { executionTable } from '../render/executions.ts';
import { counted } from '../render/text.ts';
import type { Terminal } from '../terminal/terminal.ts';

const OVER: readonly string[] = ['completed', 'failed', 'cancelled', 'crashed', 'waiting'];
const SHOWN = 10;
const USUAL = 'reprise prune --older-than 30d';

export const prune: Verb = verb({
  name: 'prune',
  summary: 'delete old executions, after saying what that would free',
  takes: '',
  options: {
    'older-than': { value: 'time', says: 'only those that have not changed since then: 30d, 2026-01-01' },
    status: { value: 'status', many: true, choices: OVER, says: `only these: ${OVER.join(', ')} (default: completed)` },
    yes: { short: 'y', says: 'do not ask' },
    'dry-run': { says: 'only say what it would free' },
  },
  examples: ['reprise prune --older-than 30d --dry-run', 'reprise prune --older-than 30d --status completed --yes'],
  async run(setting, _args, given) {
    const { found, again } = await candidates(setting, given['older-than'], given.status);
    const size = await sizeOf(setting, found);
    const freed = `${counted(found.length, 'execution')}, ${bytes(size)}`;
    const ids = found.map(({ id }) => id);
    if (found.length === 0)
      return { item: { found: [], bytes: 0, deleted: [] }, text: 'There is nothing to free.', ids };
    if (!setting.json) preview(found, setting.terminal);
    const isMeant = !given['dry-run'] && (await confirm(`Delete ${freed} for good?`, given.yes, again, setting));
    const deleted = isMeant ? ids : [];
    for (const [i, id] of deleted.entries()) {
      await setting.reprise.executions.delete(id);
      setting.terminal.progress('Deleted', i + 1, deleted.length);
    }
    const text = isMeant ? `Freed ${freed}.` : `It would free ${freed}.`;
    return { item: { found: ids, bytes: size, deleted }, text, ids: deleted };
  },
});

/** What is old enough, and the command that deletes it without asking. */
async function candidates(
  { reprise }: Setting,
  age: string | undefined,
  given: readonly string[],
): Promise<{ found: ExecutionSummary[]; again: string }> {
  if (age === undefined) throw usageError('prune needs --older-than.', USUAL);
  const unknown = given.find((status) => !OVER.includes(status));
  if (unknown) throw usageError(`'${unknown}' cannot be pruned; there are ${OVER.join(', ')}.`, USUAL);
  const statuses = given.length > 0 ? given : ['completed'];
  const before = timeAgo(age, 'older-than', Date.now());
  const all = await reprise.executions.list({ limit: ALL });
  return {
    found: all.filter(({ status, updatedAt }) => statuses.includes(status) && updatedAt < before),
    again: `reprise prune --older-than ${age} ${statuses.map((status) => `--status ${status}`).join(' ')} --yes`,
  };
}

function preview(found: readonly ExecutionSummary[], terminal: Terminal): void {
  terminal.note(executionTable(found.slice(0, SHOWN), [], terminal, Date.now()));
  if (found.length > SHOWN) terminal.note(`and ${found.length - SHOWN} more`);
}

/** How much is stored, as text without encryption. */
async function sizeOf({ reprise, terminal }: Setting, found: readonly ExecutionSummary[]): Promise<number> {
  let size = 0;
  for (const [i, { id }] of found.entries()) {
    const { entries } = await reprise.executions.export(id);
    for (const [key, text] of Object.entries(entries)) size += Buffer.byteLength(key) + Buffer.byteLength(text);
    terminal.progress('Measured', i + 1, found.length);
  }
  return size;
}
