import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const SCRIPT = join(import.meta.dirname, 'off-script.ts');
/** Nobody listens there. */
const REDIS = 'redis://127.0.0.1:1';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-off-'));
});
afterEach(() => rm(folder, { recursive: true }));

function run(env: Readonly<Record<string, string>>): { status: number | null; stdout: string } {
  return spawnSync(process.execPath, [SCRIPT], { cwd: folder, env: { ...process.env, ...env }, encoding: 'utf8' });
}

test('on, it keeps its journal in the folder, with the store that is named', async () => {
  const { status, stdout } = run({ REPRISE_STORE: '' });
  expect(stdout).toBe('in none\nfacts about otters\nan answer\nloaded node:sqlite\n');
  expect(status).toBe(0);
  expect(await readdir(folder)).toEqual(['.reprise']);
  expect(run({ REPRISE_STORE: '', REPRISE_EXECUTION: 'job' }).stdout).toMatch(/^in an execution$/m);
  expect(run({ REPRISE_STORE: REDIS }).stdout).toMatch(/^loaded .*@keyv\/redis/m);
});

test.each([
  ['the default store', { REPRISE_STORE: '' }],
  ['a store that cannot be reached', { REPRISE_STORE: REDIS }],
  ['the process named as an execution', { REPRISE_STORE: '', REPRISE_EXECUTION: 'job' }],
  ['settings that would be refused', { REPRISE_STORE: 'nowhere:', REPRISE_ENCRYPTION_KEY: 'x', REPRISE_BUDGET: 'x' }],
])('off, it is in no execution, loads no store and makes no file: %s', async (_, env) => {
  const { status, stdout } = run({ ...env, REPRISE: 'off' });
  expect(stdout).toBe('in none\nfacts about otters\nan answer\nloaded \n');
  expect(status).toBe(0);
  expect(await readdir(folder)).toEqual([]);
});
