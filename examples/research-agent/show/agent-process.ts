// The agent in a process of its own, which can be killed.

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ExecutionEvent } from '@reprise/core';

const program = fileURLToPath(new URL('../run.ts', import.meta.url));

export interface AgentProcess {
  readonly pid: number | undefined;
  /** What it has told so far. */
  readonly events: readonly ExecutionEvent[];
  /** How it ended: its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  kill(): void;
}

export function startAgent(args: readonly string[], onEvent: (event: ExecutionEvent) => void): AgentProcess {
  const events: ExecutionEvent[] = [];
  const child = fork(program, args, { serialization: 'advanced' });
  child.on('message', (event: ExecutionEvent) => {
    events.push(event);
    onEvent(event);
  });
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? code ?? 1));
  });
  return { pid: child.pid, events, ended, kill: () => void child.kill('SIGKILL') };
}
