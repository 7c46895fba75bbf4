import type { ExecutionSummary, Launch } from '@reprise/core';
import { type CommandError, failed, MODULE } from '../command/failure.ts';
import { commandLine } from '../render/command-line.ts';
import type { Program } from './program.ts';

/** Ids that the library makes: a program that is started anew makes another one. */
const MADE_ID = /^[0-9a-hjkmnp-tv-z]{26}$/;

/** The program that goes on with an execution when it is started again. */
export function programOf({ id, flow, launch }: ExecutionSummary): Program {
  const { command, directory, hidden } = launch;
  const named = launch.process ?? (flow.startsWith('process ') ? id : undefined);
  if (hidden) throw secretsNeeded(id, launch, named);
  if (named !== undefined) return { command, directory, id: named };
  if (!MADE_ID.test(id)) return { command, directory };
  throw failed(
    'REPRISE_MODULE_NEEDED',
    `Execution ${id} has an id that its program does not know, so starting the program again would begin anew.`,
    `reprise resume ${id} ${MODULE}`,
  );
}

/** Says how to go on with an execution by hand: the command that is stored lacks the secrets that it was started with. */
export function secretsNeeded(id: string, { command }: Launch, process: string | undefined): CommandError {
  return failed(
    'REPRISE_SECRETS_NEEDED',
    `Execution ${id} was started with a secret in its command, and secrets are not stored. Start it again yourself, with the secret in the place of ***.`,
    process === undefined ? commandLine(command) : `reprise run --id ${process} -- ${commandLine(command)}`,
  );
}

/** Whether an execution belongs to what such a program does. */
export function isOf({ id: named }: Program, { id }: ExecutionSummary): (execution: ExecutionSummary) => boolean {
  return (other) => other.id === id || (named !== undefined && (other.id === named || other.launch.process === named));
}
