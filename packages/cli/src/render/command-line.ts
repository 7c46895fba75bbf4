import { maskArguments } from '@reprise/core/store';

/** A command as one would type it, without the secrets in it. */
export function commandLine(command: readonly string[]): string {
  const [file = '', ...args] = maskArguments(command);
  return [file === process.execPath ? 'node' : file, ...args].map(quoted).join(' ');
}

/** A word as one would type it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
