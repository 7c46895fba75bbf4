import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** When a process is killed. */
export type Moment =
  /** So long after it was started. */
  | { readonly when: 'startup'; readonly milliseconds: number }
  /** So long after it had its code in hand, which is when it reads the journal and is served. */
  | { readonly when: 'recovery'; readonly milliseconds: number }
  /** So long after the first body began. */
  | { readonly when: 'work'; readonly milliseconds: number }
  /** When so many bodies have ended, so that the last of their outcomes is about to be written. */
  | { readonly when: 'write'; readonly bodies: number };

/** A moment by chance. */
export function someMoment(): Moment {
  const chance = Math.random();
  if (chance < 0.1) return { when: 'startup', milliseconds: 60 + Math.random() * 250 };
  if (chance < 0.25) return { when: 'recovery', milliseconds: Math.random() * 60 };
  if (chance < 0.6) return { when: 'work', milliseconds: Math.random() ** 2 * 300 };
  return { when: 'write', bodies: 1 + Math.floor(Math.random() ** 2 * 25) };
}

export interface Run {
  readonly killed: boolean;
  readonly stderr: string;
}

/** Runs a program of this folder until it ends, or until the moment comes at which it is killed. */
export function runUntil(moment: Moment | undefined, program: string, args: readonly string[]): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, program), ...args]);
    let timer: NodeJS.Timeout | undefined;
    let stderr = '';
    const kill = () => child.kill('SIGKILL');
    const killIn = (milliseconds: number) => {
      timer ??= setTimeout(kill, milliseconds);
    };
    if (moment?.when === 'startup') killIn(moment.milliseconds);
    let bodies = 0;
    child.stdout.on('data', (data: Buffer) => {
      for (const line of data.toString().split('\n')) {
        if (line === 'ready' && moment?.when === 'recovery') killIn(moment.milliseconds);
        else if (line === 'start' && moment?.when === 'work') killIn(moment.milliseconds);
        else if (line === 'end' && moment?.when === 'write' && ++bodies === moment.bodies) kill();
      }
    });
    child.stderr.on('data', (data: Buffer) => {
      stderr += data;
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (signal === 'SIGKILL' || code === 0) resolve({ killed: signal === 'SIGKILL', stderr });
      else reject(new Error(`${program} ended with ${code ?? signal}:\n${stderr}`));
    });
  });
}
