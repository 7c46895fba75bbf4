// What an install brings along. Fails where docs/dependencies.md does not say it: a new package, however deep, another
// release, licence or range; and where a package builds something, runs a script, or has a licence that is not listed here.
// `--write` writes the tables anew, and asks the registry when each release was published; look at what has changed.
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './pnpm.mjs';
import { publishablePackages } from './workspace.mjs';

const LICENCES = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']);
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'];
const page = join(root, 'docs', 'dependencies.md');

const isWriting = process.argv.includes('--write');
const packages = publishablePackages();
const own = new Set(packages.map(({ manifest }) => manifest.name));
const known = readFileSync(page, 'utf8');
const problems = [];

const rows = packages.flatMap(({ path, manifest }) => {
  const all = new Map();
  for (const name of namesIn(manifest)) collect(name, path, undefined, all);
  return [...all.values()].map((found) => rowOf(manifest.name, found));
});
const deep = rows.filter(([, , through]) => through !== 'itself');
const none = packages.filter(({ manifest }) => namesIn(manifest).length === 0);
const peers = packages.flatMap(({ manifest }) =>
  Object.entries(manifest.peerDependencies ?? {})
    .filter(([name]) => !own.has(name))
    .map(([name, range]) => peerOf(manifest, name, range)),
);

const text = replaced(
  replaced(known, 'brought', [
    table(['package', 'brings', 'through', 'licence', 'unpacked', 'published'], rows),
    `\n${deep.length === 0 ? 'None of these brings anything else.' : `Behind them stand ${deep.length} more, as the third column says.`}`,
    none.length === 0
      ? '\n'
      : ` Nothing of others is brought by ${none.map(({ manifest }) => `\`${manifest.name}\``).join(', ')} but \`@reprise/core\` with what is its own.\n`,
  ]),
  'peers',
  [table(['package', 'works with', 'range', 'needed'], peers)],
);

if (isWriting) writeFileSync(page, text);
else if (text !== known) {
  const before = new Set(known.split('\n'));
  const after = new Set(text.split('\n'));
  for (const line of after) if (!before.has(line)) problems.push(`not in docs/dependencies.md: ${line}`);
  for (const line of before) if (!after.has(line)) problems.push(`no longer so, but in docs/dependencies.md: ${line}`);
  problems.push('Is it wanted? Then: npm run audit-dependencies -- --write');
}

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
} else console.log(`${rows.length} packages of others are brought along; docs/dependencies.md says so.`);

function namesIn({ dependencies = {}, optionalDependencies = {} }) {
  return Object.keys({ ...dependencies, ...optionalDependencies }).filter((name) => !own.has(name));
}

/** A package and what it brings along itself, each once. */
function collect(name, from, through, all) {
  const path = find(name, from);
  if (path === undefined) {
    problems.push(`${name}, which ${through ?? from} needs, is not installed.`);
    return;
  }
  if (all.has(path)) return;
  const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  all.set(path, { path, manifest, through });
  for (const next of namesIn(manifest)) collect(next, path, name, all);
}

function find(name, from) {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name);
    if (existsSync(path)) return realpathSync(path);
  }
  return undefined;
}

function rowOf(by, { path, manifest, through }) {
  const { name, version, license, scripts = {}, gypfile } = manifest;
  const what = `${name} ${version}, which ${by} brings,`;
  if (!LICENCES.has(license))
    problems.push(`${what} has the licence '${license}', which is not listed in this script.`);
  const runs = INSTALL_SCRIPTS.filter((script) => scripts[script] !== undefined);
  if (runs.length > 0) problems.push(`${what} runs a script when it is installed: ${runs.join(', ')}.`);
  const files = globSync('**/*', { cwd: path, exclude: (file) => file === 'node_modules' });
  const native = files.filter((file) => /(^|\/)binding\.gyp$|\.node$/.test(file));
  if (gypfile || native.length > 0) problems.push(`${what} holds native code: ${native[0] ?? 'gypfile'}.`);
  const bytes = files
    .map((file) => statSync(join(path, file)))
    .reduce((sum, of) => sum + (of.isFile() ? of.size : 0), 0);
  const size = `${Math.ceil(bytes / 1024).toLocaleString('en')} KiB`;
  return [`\`${by}\``, `${name} ${version}`, through ?? 'itself', license, size, publishedOn(name, version)];
}

function publishedOn(name, version) {
  if (isWriting) {
    const times = JSON.parse(execFileSync('npm', ['view', name, 'time', '--json'], { encoding: 'utf8' }));
    return times[version].slice(0, 10);
  }
  const row = known.split('\n').find((line) => line.includes(`| ${name} ${version} `));
  return row?.split('|').at(-2)?.trim() ?? 'unknown';
}

function peerOf({ name: by, peerDependenciesMeta = {} }, name, range) {
  const isOptional = peerDependenciesMeta[name]?.optional === true;
  return [`\`${by}\``, name, `\`${range}\``, isOptional ? 'only for what it is for' : 'yes'];
}

/** As the other tables of the documentation stand: with columns of one width. */
function table(head, lines) {
  const escaped = lines.map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((title, i) => Math.max(title.length, ...escaped.map((cells) => cells[i].length)));
  const row = (cells) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  return `${[row(head), row(widths.map((width) => '-'.repeat(width))), ...escaped.map(row)].join('\n')}\n`;
}

function replaced(document, name, parts) {
  const [start, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
  const from = document.indexOf(start) + start.length;
  const to = document.indexOf(end);
  if (from < start.length || to === -1) throw new Error(`docs/dependencies.md has no place for '${name}'.`);
  return `${document.slice(0, from)}\n${parts.join('')}\n${document.slice(to)}`;
}
