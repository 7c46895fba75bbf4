import type { ExecutionSummary } from '@reprise/core';
import { failed } from '../command/failure.ts';
import type { Program } from './program.ts';

/** Ids that the library makes: a program that is started anew makes another one. */
const MADE_ID = /^[0-9a-hjkmnp-tv-z]{26}$/;

/** The program that goes on with an execution when it is started again. */
export function programOf({ id, flow, launch }: ExecutionSummary): Program {
  const { command, directory, process: named } = launch;
  if (named !== undefined) return { command, directory, id: named };
  if (flow.startsWith('process ')) return { command, directory, id };
  if (!MADE_ID.test(id)) return { command, directory };
  const file = command[1] ?? '<file>';
  throw failed(
    'REPRISE_MODULE_NEEDED',
    `Execution ${id} has an id that its program does not know, so starting the program again would begin anew.`,
    `reprise resume ${id} --module ${file}`,
  );
}

/** Whether an execution belongs to what such a program does. */
export function isOf({ id: named }: Program, { id }: ExecutionSummary): (execution: ExecutionSummary) => boolean {
  return (other) => other.id === id || (named !== undefined && (other.id === named || other.launch.process === named));
}
