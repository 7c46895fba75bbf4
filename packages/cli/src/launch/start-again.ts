import { hostname } from 'node:os';
import type { ExecutionSummary } from '@reprise/core';
import { confirm } from '../ask/confirm.ts';
import { failed, MODULE } from '../command/failure.ts';
import type { Outcome, Setting } from '../command/verb.ts';
import { ALL } from '../find/ids.ts';
import { commandLine } from '../render/command-line.ts';
import { line } from '../render/text.ts';
import { isOf, programOf } from './again.ts';
import { carryOn } from './carry-on.ts';
import { refuseWhenOff } from './off.ts';

/** The execution that has no parent, to which this one belongs. */
export async function rootOf({ reprise }: Setting, id: string): Promise<ExecutionSummary> {
  const roots = await reprise.executions.list({ limit: ALL });
  const around = roots.filter((root) => id === root.id || id.startsWith(`${root.id}.`));
  return around.sort((a, b) => b.id.length - a.id.length)[0] ?? (await reprise.executions.get(id));
}

/** Starts the program of an execution again; its journal serves what had been done. */
export async function startAgain(setting: Setting, root: ExecutionSummary, isTrusted: boolean): Promise<Outcome> {
  refuseWhenOff('resume', root.id);
  const program = programOf(root);
  await makeSure(setting, root, isTrusted);
  if (!setting.json)
    setting.terminal.note(`Execution ${root.id}: ${commandLine(program.command)}  in ${program.directory}`);
  const outcome = await carryOn(setting, program, isOf(program, root));
  const { updatedAt } = await setting.reprise.executions.get(root.id);
  if (updatedAt !== root.updatedAt) return outcome;
  throw failed(
    'REPRISE_NOT_RESUMED',
    `The program was started again, and did not go on with execution ${root.id}.`,
    `reprise resume ${root.id} ${MODULE}`,
  );
}

// What stands in a store, or came with an export, is about to be run.
async function makeSure(setting: Setting, { id, launch }: ExecutionSummary, isTrusted: boolean): Promise<void> {
  if (launch.host === hostname()) return;
  const from = launch.host === undefined ? 'by an earlier release' : `on ${line(launch.host)}`;
  const what = `${line(commandLine(launch.command))} in ${line(launch.directory)}`;
  const again = `reprise resume ${id} --yes`;
  const question = `Execution ${id} was started ${from}. Start ${what} on this machine?`;
  if (await confirm(question, isTrusted, again, setting)) return;
  throw failed('REPRISE_NOT_RESUMED', `Execution ${id} was not gone on with.`, again);
}
