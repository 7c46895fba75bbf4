// Installs what the lockfile names, unless that has been done since the lockfile changed.
import { statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { pnpm, root } from './pnpm.mjs';

const lockfile = join(root, 'pnpm-lock.yaml');
const installed = join(root, 'node_modules', '.modules.yaml');

function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

if (changedAt(installed) < changedAt(lockfile)) {
  console.log('Installing the dependencies (once, and again when pnpm-lock.yaml changes) …');
  const status = pnpm(['install', '--frozen-lockfile']);
  if (status !== 0) process.exit(status);
  // An install that finds nothing to do leaves this file as it is.
  utimesSync(installed, new Date(), new Date());
}
