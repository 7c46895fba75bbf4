// Runs smoke.ts with the last release of each minor of @langchain/core and @langchain/langgraph in all pairs that go
// together, and with the first of each: node test/releases/matrix.ts, or with "core 1.0.6" only those. Installs each pair
// with pnpm in a temporary folder.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

interface Release {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const CORE = '@langchain/core';
const GRAPH = '@langchain/langgraph';
const CHECKPOINT = '@langchain/langgraph-checkpoint';
const here = import.meta.dirname;

const releases = Object.fromEntries([CORE, GRAPH, CHECKPOINT, 'langchain'].map((name) => [name, releasesOf(name)]));

/** All that are no pre-releases, from the oldest. */
function releasesOf(name: string): Release[] {
  const fields = ['version', 'dependencies', 'peerDependencies'];
  const output = execFileSync('npm', ['view', `${name}@^1.0.0`, ...fields, '--json'], { encoding: 'utf8' });
  return (JSON.parse(output) as Release[]).sort((a, b) => compare(a.version, b.version));
}

function numbers(version: string): number[] {
  return version.replace(/^\D+/, '').split('.').map(Number);
}

function compare(a: string, b: string): number {
  const [one, other] = [numbers(a), numbers(b)];
  return one.map((part, index) => part - (other[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

/** Of the ranges that these packages use: `^1.2.3` and exact ones. */
function isIn(version: string, range = '*'): boolean {
  if (range === '*') return true;
  return range.startsWith('^') ? compare(version, range.slice(1)) >= 0 : version === range;
}

function fits(release: Release, chosen: Readonly<Record<string, string>>): boolean {
  const ranges = Object.entries({ ...release.dependencies, ...release.peerDependencies });
  return ranges.every(([name, range]) => chosen[name] === undefined || isIn(chosen[name], range));
}

function edges(name: string, which: 0 | -1): Release[] {
  const minors = Object.groupBy(releases[name] ?? [], ({ version }) => numbers(version).slice(0, 2).join('.'));
  return Object.values(minors).flatMap((group) => group?.at(which) ?? []);
}

interface Pair {
  readonly core: string;
  readonly graph: Release;
}

function pairs(): Pair[] {
  const cores = releases[CORE] ?? [];
  const last = edges(GRAPH, -1).flatMap((graph) => edges(CORE, -1).map(({ version: core }) => ({ core, graph })));
  const firstGraphs = edges(GRAPH, 0).map((graph) => {
    return { core: cores.find(({ version }) => fits(graph, { [CORE]: version }))?.version ?? '', graph };
  });
  const firstCores = edges(CORE, 0).flatMap(({ version: core }) => {
    const graph = releases[GRAPH]?.findLast((one) => fits(one, { [CORE]: core }));
    return graph ? [{ core, graph }] : [];
  });
  return [...firstGraphs, ...firstCores, ...last].filter(({ core, graph }) => fits(graph, { [CORE]: core }));
}

/** What is installed beside a pair: the newest that go with it. */
function withOthers({ core, graph }: Pair): Record<string, string> {
  const chosen: Record<string, string> = { [CORE]: core, [GRAPH]: graph.version };
  for (const name of [CHECKPOINT, 'langchain']) {
    const range = graph.dependencies?.[name];
    const newest = releases[name]?.findLast((one) => isIn(one.version, range) && fits(one, chosen));
    if (newest) chosen[name] = newest.version;
  }
  return chosen;
}

function tryOut(folder: string, dependencies: Readonly<Record<string, string>>): string {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }));
  writeFileSync(join(folder, 'pnpm-workspace.yaml'), JSON.stringify({ overrides: dependencies }));
  const installed = spawnSync('npx', ['-y', 'pnpm@12', 'install', '--silent'], { cwd: folder, encoding: 'utf8' });
  if (installed.status !== 0) return `not installed: ${(installed.stdout + installed.stderr).trim().split('\n')[0]}`;
  // A release may take a core in its range without which it does not even load.
  const langchain = join(folder, 'node_modules', 'langchain');
  const alone = ['--input-type=module', '--eval', "await import('langchain')"];
  if (spawnSync(process.execPath, alone, { cwd: folder }).status !== 0)
    rmSync(langchain, { recursive: true, force: true });
  const redirect = pathToFileURL(join(here, 'redirect.ts')).href;
  const args = ['--conditions=@reprise/source', `--import=${redirect}`, join(here, 'smoke.ts')];
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    env: { ...process.env, RELEASE: folder },
    encoding: 'utf8',
  });
  return stdout.trim() || `failed: ${/^\w*Error.*$/m.exec(stderr)?.[0] ?? stderr.slice(0, 300)}`;
}

const temporary = mkdtempSync(join(tmpdir(), 'reprise-releases-'));
try {
  for (const [index, pair] of pairs().entries()) {
    const chosen = withOthers(pair);
    const name = `core ${pair.core}, langgraph ${pair.graph.version}, langchain ${chosen.langchain ?? '-'}`;
    if (!name.includes(process.argv[2] ?? '')) continue;
    const verdict = tryOut(join(temporary, String(index)), chosen);
    console.log(`${name}: ${verdict}`);
    if (!verdict.startsWith('all')) process.exitCode = 1;
    rmSync(join(temporary, String(index)), { recursive: true });
  }
} finally {
  rmSync(temporary, { recursive: true });
}
