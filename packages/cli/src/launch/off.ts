import { isOff } from '@reprise/core/adapter';
import { usageError } from '../command/failure.ts';
import type { Outcome, Setting } from '../command/verb.ts';
import { quoted } from '../render/command-line.ts';
import { exitOf, type Program, startProgram } from './program.ts';

/** Refuses to go on with an execution, or to replay one, where its program would begin anew. `rest` is what else was typed. */
export function refuseWhenOff(verb: 'resume' | 'replay', id: string, rest: readonly string[] = []): void {
  if (!isOff()) return;
  throw usageError(
    `REPRISE=off is set: there is no ${verb} of execution ${id}.`,
    ['REPRISE=on reprise', verb, id, ...rest.map(quoted)].join(' '),
  );
}

/** Runs a program as no execution at all. */
export async function runPlainly(setting: Setting, program: Omit<Program, 'id'>): Promise<Outcome> {
  setting.terminal.note('REPRISE=off is set: the program only runs, and nothing is recorded.');
  const ended = await startProgram(program, setting);
  const { code: exitCode, signal } = ended;
  return { item: { execution: null, exitCode, signal, executions: [], next: null }, text: '', exit: exitOf(ended) };
}
