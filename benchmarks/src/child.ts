import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs a program of `programs/` in a process of its own; gives the number that it prints. */
export function runProgram(name: string, ...parameters: readonly (string | number)[]): number {
  const file = fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));
  const output = execFileSync(process.execPath, [file, ...parameters.map(String)], { encoding: 'utf8' });
  return Number(output);
}
