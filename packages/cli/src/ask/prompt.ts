import { createInterface } from 'node:readline/promises';

/** Somebody in the terminal was asked, and pressed Ctrl-C or Ctrl-D. */
export class NotAnswered extends Error {}

/** Asks for one line, on the error stream so that the output stays clean. */
export async function askLine(question: string, interrupted: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const gone = new AbortController();
  const leave = () => gone.abort();
  lines.once('SIGINT', leave);
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
