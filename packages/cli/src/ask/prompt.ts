import { createInterface } from 'node:readline/promises';
import type { Setting } from '../command/verb.ts';

/** Somebody in the terminal was asked, and pressed Ctrl-C or Ctrl-D. */
export class NotAnswered extends Error {}

/** Asks for one line, on the error stream so that the output stays clean. */
export async function askLine(question: string, { interrupted, interrupt }: Setting): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const gone = new AbortController();
  const leave = () => gone.abort();
  lines.once('SIGINT', interrupt);
  lines.once('close', leave);
  interrupted.addEventListener('abort', leave);
  try {
    return (await lines.question(question, { signal: gone.signal })).trim();
  } catch {
    throw new NotAnswered();
  } finally {
    interrupted.removeEventListener('abort', leave);
    lines.close();
  }
}
