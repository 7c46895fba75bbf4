import type { ExecutionSummary } from '@reprise/core';
import { failed, MODULE, usageError } from '../command/failure.ts';
import { type Verb, verb } from '../command/verb.ts';
import { resolveId } from '../find/ids.ts';
import { resultHere } from '../launch/module.ts';
import { refuseWhenOff } from '../launch/off.ts';
import { rootOf, startAgain } from '../launch/start-again.ts';

export const resume: Verb = verb({
  name: 'resume',
  summary: 'go on with an execution: start its program again, or import the module of its flow',
  takes: '<id>',
  options: {
    module: { value: 'file', says: 'the module that defines the flow; it is imported, and the flow goes on here' },
    yes: { short: 'y', says: 'do not ask before starting the command of an execution of another machine' },
    takeover: { says: 'with --module: take it from a process that seems to be alive' },
  },
  examples: ['reprise resume @last-failed', 'reprise resume otters-1 --module flows.ts'],
  async run(setting, [typed = ''], given) {
    const id = await resolveId(setting, typed);
    if (given.module !== undefined) {
      refuseWhenOff('resume', id, ['--module', given.module, ...(given.takeover ? ['--takeover'] : [])]);
      return resultHere(setting, given.module, ({ executions }) => executions.resume(id, { takeover: given.takeover }));
    }
    if (given.takeover) throw usageError('--takeover goes with --module.', `reprise resume ${id} --takeover ${MODULE}`);
    const root = await rootOf(setting, id);
    refuseOver(root);
    return startAgain(setting, root, given.yes);
  },
});

function refuseOver({ id, status }: ExecutionSummary): void {
  if (status === 'completed' || status === 'cancelled') {
    throw failed(
      'REPRISE_STATE',
      `Execution ${id} is ${status}; there is nothing to go on with.`,
      `reprise show ${id}`,
    );
  }
  if (status === 'running') {
    throw failed('REPRISE_EXECUTION_BUSY', `Execution ${id} is being run.`, `reprise watch ${id}`);
  }
}
