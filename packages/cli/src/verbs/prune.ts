import { confirm } from '../ask/confirm.ts';
import { usageError } from '../command/failure.ts';
import { ALL } from '../command/ids.ts';
import { timeAgo } from '../command/time.ts';
import { type Setting, type Verb, verb } from '../command/verb.ts';
import { bytes } from '../render/bytes.ts';
import { executionTable } from '../render/executions.ts';
import { counted } from '../render/text.ts';

const OVER: readonly string[] = ['completed', 'failed', 'cancelled', 'crashed', 'waiting'];
const SHOWN = 10;

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
    const age = given['older-than'];
    if (age === undefined) throw usageError('prune needs --older-than.', 'reprise prune --older-than 30d');
    const unknown = given.status.find((status) => !OVER.includes(status));
    if (unknown)
      throw usageError(
        `'${unknown}' cannot be pruned; there are ${OVER.join(', ')}.`,
        'reprise prune --older-than 30d',
      );
    const statuses = given.status.length > 0 ? given.status : ['completed'];
    const before = timeAgo(age, 'older-than', Date.now());
    const found = (await setting.reprise.executions.list({ limit: ALL })).filter(
      ({ status, updatedAt }) => statuses.includes(status) && updatedAt < before,
    );
    const size = await sizeOf(
      setting,
      found.map(({ id }) => id),
    );
    const freed = `${counted(found.length, 'execution')}, ${bytes(size)}`;
    if (found.length > 0 && !setting.json) {
      setting.terminal.note(executionTable(found.slice(0, SHOWN), [], setting.terminal, Date.now()));
      if (found.length > SHOWN) setting.terminal.note(`and ${found.length - SHOWN} more`);
    }
    const again = `reprise prune --older-than ${age} ${statuses.map((status) => `--status ${status}`).join(' ')} --yes`;
    const isMeant =
      !given['dry-run'] && found.length > 0 && (await confirm(`Delete ${freed} for good?`, given.yes, again, setting));
    const deleted = isMeant ? found.map(({ id }) => id) : [];
    for (const [i, id] of deleted.entries()) {
      await setting.reprise.executions.delete(id);
      setting.terminal.progress('Deleted', i + 1, deleted.length);
    }
    const item = { found: found.map(({ id }) => id), bytes: size, deleted };
    const text = isMeant
      ? `Freed ${freed}.`
      : found.length > 0
        ? `It would free ${freed}.`
        : 'There is nothing to free.';
    return { item, text, ids: deleted };
  },
});

/** How much is stored, as text without encryption. */
async function sizeOf({ reprise, terminal }: Setting, ids: readonly string[]): Promise<number> {
  let size = 0;
  for (const [i, id] of ids.entries()) {
    const { entries } = await reprise.executions.export(id);
    for (const [key, text] of Object.entries(entries)) size += Buffer.byteLength(key) + Buffer.byteLength(text);
    terminal.progress('Measured', i + 1, ids.length);
  }
  return size;
}
