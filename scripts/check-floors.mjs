// Inside a package's `src`, a file imports only from its own floor and from those below it.
// The floors of a package stand here from the ground up; each entry is a folder or a file of `src`.
// Folders of one floor may know each other: Biome's noImportCycles watches over those.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { root } from './pnpm.mjs';
import { publishablePackages } from './workspace.mjs';

const floors = {
  core: [
    ['errors'],
    ['secrets'],
    ['world'],
    ['store'],
    ['journal'],
    ['identity'],
    ['execution'],
    ['calls'],
    ['cost'],
    ['telemetry'],
    ['flow'],
    ['client'],
    ['reprise.ts', 'default.ts'],
    ['testing', 'index.ts', 'adapter.ts', 'store.ts', 'testing.ts'],
  ],
  cli: [
    ['terminal', 'version.ts'],
    ['render'],
    ['command'],
    ['ask'],
    ['arguments'],
    ['find'],
    ['launch'],
    ['completion'],
    ['verbs'],
    ['main'],
    ['index.ts'],
  ],
};

const importOf = /\b(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]*)['"]/g;
const problems = [];

for (const { folder, path } of publishablePackages()) {
  const source = join(path, 'src');
  for (const name of globSync('**/*.{ts,tsx}', { cwd: source }).sort()) {
    const file = join(source, name);
    const from = relative(root, file);
    const floor = floorOf(folder, name);
    if (floor === -1) {
      problems.push(`${from} stands on no floor. Give '${name.split(sep)[0]}' its place in scripts/check-floors.mjs.`);
    }
    const text = readFileSync(file, 'utf8');
    for (const match of text.matchAll(importOf)) {
      const target = relative(source, resolve(dirname(file), match[1]));
      const line = text.slice(0, match.index).split('\n').length;
      if (target.startsWith('..')) {
        problems.push(`${from}:${line} leaves its package: '${match[1]}'. Import the neighbour by its package name.`);
      } else if (floorOf(folder, target) > floor && floor !== -1) {
        problems.push(
          `${from}:${line} imports upward: '${match[1]}' stands on '${nameOf(folder, target)}', above ` +
            `'${nameOf(folder, name)}'. Move what both need down, or pass it in as an argument.`,
        );
      }
    }
  }
}

function floorOf(folder, name) {
  // A package without floors is one floor.
  return floors[folder] ? floors[folder].findIndex((floor) => floor.includes(name.split(sep)[0])) : 0;
}

function nameOf(folder, name) {
  return floors[folder]?.[floorOf(folder, name)]?.[0];
}

if (problems.length > 0) {
  console.error(problems.join('\n'));
  console.error(
    `\n${problems.length} import${problems.length === 1 ? '' : 's'} or file${problems.length === 1 ? '' : 's'} out of order.`,
  );
  process.exitCode = 1;
} else {
  console.log('Every import goes down or stays on its floor.');
}
