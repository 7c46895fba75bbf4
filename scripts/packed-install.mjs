// Installs each package as a user would: packed, with plain npm, in an empty project outside the workspace.
// There every public entry is imported, required and type-checked by three versions of TypeScript. A fixture in
// test/packed-install/<folder of the package> is copied in, type-checked too, and its program.ts is run.
// `node scripts/packed-install.mjs core` does one package; `--keep` leaves the projects to be looked at.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import buildIfNeeded from './build-if-needed.mjs';
import { pnpm, root } from './pnpm.mjs';
import { publishablePackages } from './workspace.mjs';

const typescripts = { 'typescript-5.9': '5.9', 'typescript-6': '6', 'typescript-7': '7' };
const compilerOptions = { module: 'nodenext', strict: true, noEmit: true, types: ['node'] };

const quietly = ['--no-audit', '--no-fund', '--loglevel=error'];

const packages = publishablePackages();
const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const chosen = packages.filter(({ folder }) => names.length === 0 || names.includes(folder));
if (chosen.length === 0)
  throw new Error(`No package is called '${names}'. There are: ${packages.map((p) => p.folder)}.`);

buildIfNeeded();

const temporary = mkdtempSync(join(tmpdir(), 'reprise-packed-'));
const failures = [];
try {
  const tarballs = new Map(packages.map((found) => [found.manifest.name, pack(found)]));
  const compilers = join(temporary, 'compilers');
  mkdirSync(compilers);
  writeJson(join(compilers, 'package.json'), {
    private: true,
    dependencies: mapValues(typescripts, (version) => `npm:typescript@${version}`),
  });
  must('npm', ['install', ...quietly], compilers);
  for (const found of chosen) tryOut(found, tarballs, compilers);
} finally {
  if (process.argv.includes('--keep')) console.log(`The projects are kept in ${temporary}`);
  else rmSync(temporary, { recursive: true, force: true });
}

if (failures.length > 0) {
  console.error(`\n${failures.join('\n')}`);
  process.exitCode = 1;
}

function pack({ path, manifest }) {
  const file = join(temporary, `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`);
  if (pnpm(['pack', '--out', file], { cwd: path, stdio: ['ignore', 'ignore', 'inherit'] }) !== 0) {
    throw new Error(`${manifest.name} cannot be packed.`);
  }
  return file;
}

function tryOut({ folder, manifest }, tarballs, compilers) {
  console.log(`\n${manifest.name} ${manifest.version}`);
  const project = join(temporary, folder);
  const fixture = join(root, 'test', 'packed-install', folder);
  mkdirSync(project);
  if (existsSync(fixture)) cpSync(fixture, project, { recursive: true });

  // The tarball and those of the workspace packages it needs; what else a fixture needs stands in its package.json.
  const own = existsSync(join(project, 'package.json')) ? readJson(join(project, 'package.json')) : {};
  const installed = [manifest.name, ...needed(manifest)].map((name) => [name, `file:${tarballs.get(name)}`]);
  writeJson(join(project, 'package.json'), {
    private: true,
    type: 'module',
    ...own,
    dependencies: { '@types/node': '24', ...own.dependencies, ...Object.fromEntries(installed) },
  });
  if (!existsSync(join(project, 'tsconfig.json'))) writeJson(join(project, 'tsconfig.json'), { compilerOptions });
  must('npm', ['install', ...quietly], project);

  const entries = Object.keys(manifest.exports ?? {})
    .filter((entry) => entry !== './package.json' && !entry.includes('*'))
    .map((entry) => `${manifest.name}${entry.slice(1)}`);
  writeFileSync(
    join(project, 'entries.ts'),
    entries.map((entry, i) => `export * as entry${i} from '${entry}';\n`).join(''),
  );
  writeFileSync(join(project, 'entries.cjs'), entries.map((entry) => `require('${entry}');\n`).join(''));

  for (const name of Object.keys(typescripts)) {
    attempt(`type-checks with ${name}`, [join(compilers, 'node_modules', name, 'bin', 'tsc'), '-p', '.'], project);
  }
  attempt('every entry can be imported', ['entries.ts'], project);
  attempt('every entry can be required', ['entries.cjs'], project);
  for (const program of globSync('program.{ts,mjs}', { cwd: project })) attempt(`${program} runs`, [program], project);

  function attempt(what, args, cwd) {
    const passed = spawnSync(process.execPath, args, { cwd, stdio: 'inherit' }).status === 0;
    console.log(`${passed ? 'ok    ' : 'FAILED'}  ${what}`);
    if (!passed) failures.push(`${manifest.name}, packed and installed: FAILED ${what}`);
  }
}

/** The workspace packages that a package depends on, directly or through another. */
function needed(manifest, found = new Set()) {
  const dependencies = { ...manifest.dependencies, ...manifest.peerDependencies };
  for (const { manifest: neighbour } of packages) {
    if (neighbour.name in dependencies && !found.has(neighbour.name)) needed(neighbour, found.add(neighbour.name));
  }
  return [...found];
}

function must(command, args, cwd) {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) throw new Error(`'${command} ${args.join(' ')}' failed in ${cwd}`);
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function writeJson(path, value) {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
