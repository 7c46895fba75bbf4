import { confirm } from '../ask/confirm.ts';
import { whoAnswers } from '../ask/walk.ts';
import { failed } from '../command/failure.ts';
import { type Verb, verb } from '../command/verb.ts';
import { resolveId } from '../find/ids.ts';

export const cancel: Verb = verb({
  name: 'cancel',
  summary: 'end an execution for good; a running one as soon as its process sees it',
  takes: '<id>',
  options: {
    reason: { value: 'text', says: 'kept with the execution' },
    yes: { short: 'y', says: 'do not ask' },
  },
  examples: ['reprise cancel otters-1 --reason "not needed any more"'],
  async run(setting, [typed = ''], { reason, yes }) {
    const id = await resolveId(setting, typed);
    const { executions } = setting.reprise;
    const before = (await executions.get(id)).status;
    if (before === 'completed' || before === 'cancelled') {
      throw failed('REPRISE_STATE', `Execution ${id} is ${before}; there is nothing to cancel.`, `reprise show ${id}`);
    }
    const isMeant = await confirm(`Cancel ${id}?`, yes, `reprise cancel ${id} --yes`, setting);
    if (isMeant) await executions.cancel(id, { by: whoAnswers(), ...(reason === undefined ? {} : { reason }) });
    const { status } = await executions.get(id);
    const text = status === 'running' && isMeant ? `${id} will be cancelled by its process.` : `${id} is ${status}.`;
    return { item: { execution: id, status, requested: isMeant }, text, ids: [id] };
  },
});
