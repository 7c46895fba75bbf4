import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { maskArguments } from '@reprise/core/store';
import { EXIT, type Exit } from '../command/exit.ts';
import { failed } from '../command/failure.ts';
import type { Setting } from '../command/verb.ts';

/** A program that is one execution, or goes on with those that it had started. */
export interface Program {
  readonly command: readonly string[];
  readonly directory: string;
  /** The execution that the whole process is; without one, the program chooses its own ids. */
  readonly id?: string | undefined;
}

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Starts a program, and waits until it has ended. What it prints is not the command's own output. */
export function startProgram(
  { command, directory, id }: Program,
  { store, json, terminal, interrupted }: Setting,
): Promise<Ended> {
  const [file = process.execPath, ...args] = command;
  const launch = JSON.stringify({ command, directory });
  const env = {
    ...process.env,
    REPRISE_STORE: store,
    REPRISE_LAUNCH: launch,
    ...(id ? { REPRISE_EXECUTION: id } : {}),
  };
  const child = spawn(file, args, {
    cwd: directory,
    env,
    stdio: ['inherit', json ? process.stderr : 'inherit', 'inherit'],
  });
  // A terminal tells the program, too.
  const interrupt = () => terminal.isInteractive || child.kill('SIGINT');
  interrupted.addEventListener('abort', interrupt);
  const stop = () => child.kill('SIGTERM');
  process.on('SIGTERM', stop);
  return ended(child, file, directory).finally(() => {
    interrupted.removeEventListener('abort', interrupt);
    process.off('SIGTERM', stop);
  });
}

function ended(child: ChildProcess, file: string, directory: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
    child.on('error', (error) =>
      reject(
        failed(
          'REPRISE_START',
          `${file} cannot be started in ${directory}: ${error.message}.`,
          nextTo(file, directory),
        ),
      ),
    );
  });
}

/** What is missing is the directory or the program. */
function nextTo(file: string, directory: string): string {
  return existsSync(directory) ? `command -v ${quoted(file)}` : `ls ${quoted(dirname(directory))}`;
}

export function exitOf({ code, signal }: Ended): Exit {
  if (signal === 'SIGINT' || code === 130) return EXIT.interrupted;
  return code === 0 ? EXIT.ok : EXIT.failed;
}

/** A command as one would type it, without the secrets in it. */
export function commandLine(command: readonly string[]): string {
  const [file = '', ...args] = maskArguments(command);
  return [file === process.execPath ? 'node' : file, ...args].map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
