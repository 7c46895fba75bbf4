import { existsSync } from 'node:fs';
import { dirname, extname } from 'node:path';
import { isOff } from '@reprise/core/adapter';
import { failed, usageError } from '../command/failure.ts';
import { type Verb, verb } from '../command/verb.ts';
import { ALL } from '../find/ids.ts';
import { carryOn } from '../launch/carry-on.ts';
import { newId } from '../launch/new-id.ts';
import { runPlainly } from '../launch/off.ts';
import type { Program } from '../launch/program.ts';
import { commandLine } from '../render/command-line.ts';

export const run: Verb = verb({
  name: 'run',
  summary: 'run a program as one execution, and ask here what it waits for',
  takes: '[file] [args...]',
  options: {
    id: { value: 'id', says: 'the id of the execution; the same one again goes on with it' },
  },
  examples: ['reprise run agent.ts otters', 'reprise run --id report-1 agent.ts', 'reprise run -- npx tsx agent.ts'],
  opensStore: true,
  passesOn: true,
  async run(setting, args, given) {
    const command = commandOf(args, setting.typed);
    if (isOff()) return runPlainly(setting, { command, directory: process.cwd() });
    const id = given.id ?? newId(command);
    const known = (await setting.reprise.executions.list({ limit: ALL })).find((execution) => execution.id === id);
    if (known?.status === 'running') {
      throw failed('REPRISE_EXECUTION_BUSY', `Execution ${id} is being run.`, `reprise watch ${id}`);
    }
    if (known?.status === 'completed') {
      throw usageError(`Execution ${id} has completed; a new run needs another id.`, `reprise show ${id}`);
    }
    if (!setting.json) setting.terminal.note(`Execution ${setting.terminal.style('bold', id)}`);
    const program: Program = { command, directory: process.cwd(), id };
    return carryOn(setting, program, (one) => one.id === id || one.launch.process === id);
  },
});

/** What stands behind `--` is a command; a file by itself is run by Node. */
function commandOf(args: readonly string[], typed: readonly string[]): readonly string[] {
  const [first] = args;
  if (first === undefined) throw usageError('run needs a file, or a command behind --.', 'reprise run agent.ts');
  if (typed.at(-args.length - 1) === '--') return args;
  if (existsSync(first)) return [process.execPath, ...args];
  if (extname(first) !== '') throw usageError(`There is no file ${first} in ${process.cwd()}.`, `ls ${dirname(first)}`);
  throw usageError(
    `There is no file ${first} here. A command stands behind --.`,
    `reprise run -- ${commandLine(args)}`,
  );
}
