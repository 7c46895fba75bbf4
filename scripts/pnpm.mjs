// Runs pnpm on a machine that may not have it: `node scripts/pnpm.mjs --recursive run build`.
// The scripts of this folder that run before the install keep to Node 20 and to Node's own modules.
import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs pnpm with the given arguments and returns its exit code. */
export function pnpm(args, options = {}) {
  // Started by pnpm: the same one again. Started by npm or by hand: npm fetches it.
  const running = process.env.npm_execpath ?? '';
  const [command, before] = /^pnpm(\.exe)?$/.test(basename(running)) ? [running, []] : ['npx', ['-y', 'pnpm@12']];
  const shell = process.platform === 'win32';
  const { status, error } = spawnSync(command, [...before, ...args], {
    stdio: 'inherit',
    cwd: root,
    shell,
    ...options,
  });
  if (error) throw error;
  return status ?? 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = pnpm(process.argv.slice(2));
