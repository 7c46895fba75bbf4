import { StateError } from '@reprise/core';
import { confirm } from '../ask/confirm.ts';
import { failed } from '../command/failure.ts';
import { type Setting, type Verb, verb } from '../command/verb.ts';
import { resolveId } from '../find/ids.ts';
import { counted } from '../render/text.ts';

export const rm: Verb = verb({
  name: 'rm',
  summary: 'delete executions, with their children and all that they stored',
  takes: '<id...>',
  options: { yes: { short: 'y', says: 'do not ask' } },
  examples: ['reprise rm otters-1', 'reprise rm otters-1 owls-2 --yes'],
  async run(setting, typed, { yes }) {
    const ids = await Promise.all(typed.map((one) => resolveId(setting, one)));
    const question = `Delete ${ids.length === 1 ? ids[0] : counted(ids.length, 'execution')} for good?`;
    const isMeant = await confirm(question, yes, `reprise rm ${ids.join(' ')} --yes`, setting);
    const deleted = isMeant ? ids : [];
    for (const id of deleted) await remove(setting, id);
    const text = isMeant ? deleted.map((id) => `Deleted ${id}.`).join('\n') : 'Nothing was deleted.';
    return { items: deleted, text, ids: deleted };
  },
});

async function remove({ reprise }: Setting, id: string): Promise<void> {
  try {
    await reprise.executions.delete(id);
  } catch (error) {
    if (!StateError.isInstance(error)) throw error;
    throw failed(error.code, `Execution ${id} is running, so it cannot be deleted.`, `reprise cancel ${id}`);
  }
}
