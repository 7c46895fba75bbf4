import { randomUUID } from 'node:crypto';
import { openSync, readFileSync, writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { checkpoint, current, type Flow, type Reprise, type RepriseError } from '../../src/index.ts';

/** What happened in one of the processes, in the order in which they wrote it down. */
export type Happening = { readonly execution: string; readonly pid: number } & (
  | { readonly t: 'start'; readonly step: string }
  | { readonly t: 'got'; readonly step: string; readonly value: string }
  /** A run of the flow has ended in this process: with its result, or with an error of this code. */
  | { readonly t: 'ended'; readonly code: string | undefined }
);

type Told<T> = T extends unknown ? Omit<T, 'pid'> : never;
export type Tell = (happening: Told<Happening>) => void;

/** Appends to a file that all processes share, and says on the standard output what was written. */
export function teller(file: string): Tell {
  const log = openSync(file, 'a');
  return (happening) => {
    writeSync(log, `${JSON.stringify({ ...happening, pid: process.pid })}\n`);
    process.stdout.write(`${happening.t}\n`);
  };
}

export function readHappenings(file: string): Happening[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Happening);
}

/** A flow of so many steps, one after the other and now and then two at once, with values that nobody can guess. */
export function stepsFlow(reprise: Reprise, tell: Tell, pace: (step: string) => number): Flow<number, string[]> {
  const make = checkpoint('step', async (step: string) => {
    tell({ t: 'start', execution: current().execution.id, step });
    await pause(pace(step));
    return `${step} ${randomUUID()}`;
  });
  async function take(step: string): Promise<string> {
    const value = await make(step);
    tell({ t: 'got', execution: current().execution.id, step, value });
    return value;
  }
  return reprise.flow('steps', async (count) => {
    const values: string[] = [];
    for (let i = 0; i < count; i++) {
      if (i % 4 < 3) values.push(await take(`${i}`));
      else values.push(...(await Promise.all([take(`${i} left`), take(`${i} right`)])));
    }
    return values;
  });
}

/** Runs an execution for as long as this process has it, and tells how that ended. */
export async function tellEnd(tell: Tell, execution: string, run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run();
    tell({ t: 'ended', execution, code: undefined });
    return true;
  } catch (error) {
    tell({ t: 'ended', execution, code: (error as RepriseError).code ?? String(error) });
    return false;
  }
}
