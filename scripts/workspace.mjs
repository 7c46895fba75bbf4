// What the workspace publishes, read from the packages themselves: a new package joins every check by being there.
import { existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './pnpm.mjs';

/** Every publishable package: its folder's name, its path, its manifest. */
export function publishablePackages() {
  return readdirSync(join(root, 'packages'))
    .map((folder) => ({ folder, path: join(root, 'packages', folder) }))
    .filter(({ path }) => existsSync(join(path, 'package.json')))
    .map((found) => ({ ...found, manifest: JSON.parse(readFileSync(join(found.path, 'package.json'), 'utf8')) }))
    .filter(({ manifest }) => !manifest.private);
}

/** Whether a package has no build, or one older than its sources. */
export function needsBuild({ path }) {
  const built = newest(
    globSync('dist/**/*.js', { cwd: path }).map((file) => join(path, file)),
    Math.min,
  );
  const inputs = globSync(['src/**/*', 'package.json', 'ts*.ts', 'ts*.json'], { cwd: path });
  return (
    built === undefined ||
    built <
      newest(
        inputs.map((file) => join(path, file)),
        Math.max,
      )
  );
}

function newest(files, pick) {
  return files.length === 0 ? undefined : pick(...files.map((file) => statSync(file).mtimeMs));
}
