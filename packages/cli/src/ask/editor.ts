import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failed } from '../command/failure.ts';

/** Has somebody edit a text in their editor, and gives what they have left in it. */
export function edit(text: string, name: string): string {
  const editor = process.env.VISUAL || process.env.EDITOR || 'vi';
  const folder = mkdtempSync(join(tmpdir(), 'reprise-'));
  const file = join(folder, name);
  try {
    writeFileSync(file, text);
    // As git does: the variable may hold options.
    const { status, error } = spawnSync(`${editor} "$FILE"`, {
      shell: true,
      stdio: ['inherit', process.stderr, 'inherit'],
      env: { ...process.env, FILE: file },
    });
    if (error || status !== 0) {
      throw failed('REPRISE_EDITOR', `The editor '${editor}' did not end well.`, 'EDITOR=nano reprise answer');
    }
    return readFileSync(file, 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
