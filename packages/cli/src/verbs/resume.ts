import { type ExecutionSummary, WaitingError } from '@reprise/core';
import { EXIT } from '../command/exit.ts';
import { failed, usageError } from '../command/failure.ts';
import { resolveId } from '../command/ids.ts';
import { type Outcome, type Setting, type Verb, verb } from '../command/verb.ts';
import { coreWithFlows } from '../launch/module.ts';
import { rootOf, startAgain } from '../launch/start-again.ts';
import { plain } from '../render/plain.ts';
import { valueText } from '../render/value.ts';

export const resume: Verb = verb({
  name: 'resume',
  summary: 'go on with an execution: start its program again, or import the module of its flow',
  takes: '<id>',
  options: {
    module: { value: 'file', says: 'the module that defines the flow; it is imported, and the flow goes on here' },
    takeover: { says: 'with --module: take it from a process that seems to be alive' },
  },
  examples: ['reprise resume @last-failed', 'reprise resume otters-1 --module flows.ts'],
  opensStore: true,
  async run(setting, [typed = ''], given) {
    const id = await resolveId(setting, typed);
    if (given.module !== undefined) return resumeHere(setting, id, given.module, given.takeover);
    if (given.takeover) throw usageError('--takeover goes with --module.', `reprise resume ${id} --module flows.ts`);
    const root = await rootOf(setting, id);
    refuseOver(root);
    return startAgain(setting, root);
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

async function resumeHere(setting: Setting, id: string, file: string, takeover: boolean): Promise<Outcome> {
  const core = await coreWithFlows(file, setting);
  try {
    const handle = await core.executions.resume(id, { takeover });
    const result = await handle.result();
    const item = { execution: handle.id, status: await handle.status(), result: plain(result) ?? null };
    return { item, text: valueText(result, setting.terminal), ids: [handle.id] };
  } catch (error) {
    if (!WaitingError.isInstance(error)) throw error;
    const text = `${error.execution} waits for: ${error.waits.map(({ name }) => name).join(', ')}`;
    return { item: { execution: error.execution, status: 'waiting', result: null }, text, exit: EXIT.waiting };
  } finally {
    await core.close();
  }
}
