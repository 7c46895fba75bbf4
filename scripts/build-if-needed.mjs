// Builds all packages when one has sources newer than its `dist`. Vitest calls it, too, before tests that run `dist`.
import { fileURLToPath } from 'node:url';
import { pnpm } from './pnpm.mjs';
import { needsBuild, publishablePackages } from './workspace.mjs';

export default function buildIfNeeded() {
  if (!publishablePackages().some(needsBuild)) return;
  console.log('Building …');
  // Nobody reads the log of a build that went well; of one that did not, everybody.
  if (pnpm(['--recursive', 'run', 'build'], { stdio: 'ignore' }) === 0) return;
  if (pnpm(['--recursive', 'run', 'build']) !== 0) throw new Error('The build failed.');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildIfNeeded();
