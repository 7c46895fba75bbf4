import { isOff } from '@reprise/core/adapter';
import { usageError } from '../command/failure.ts';
import type { Outcome, Setting } from '../command/verb.ts';
import { exitOf, type Program, startProgram } from './program.ts';

/** Refuses to go on with an execution where its program would begin anew. `command` is what was to be done. */
export function refuseWhenOff(so: string, command: string): void {
  if (isOff()) throw usageError(`REPRISE=off is set, so ${so}.`, `REPRISE=on ${command}`);
}

/** Runs a program as no execution at all. */
export async function runPlainly(setting: Setting, program: Omit<Program, 'id'>): Promise<Outcome> {
  setting.terminal.note('Reprise is off: REPRISE=off is set, so the program only runs, and nothing is recorded.');
  const ended = await startProgram(program, setting);
  const { code: exitCode, signal } = ended;
  return { item: { execution: null, exitCode, signal, executions: [], next: null }, text: '', exit: exitOf(ended) };
}
