import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const here = join(import.meta.dirname, '..', 'langchain');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprise-example-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What a process prints, and the signal that ended it. */
function run(file: string, args: readonly string[] = [], crash?: string): string[] {
  const { OPENAI_API_KEY: _, ...rest } = process.env;
  const env = { ...rest, REPRISE_STORE: `sqlite:${join(folder, 'journal.db')}`, ...(crash ? { CRASH: crash } : {}) };
  const { stdout, stderr, signal } = spawnSync(process.execPath, [join(here, file), ...args], {
    env,
    encoding: 'utf8',
  });
  return `${stdout}${signal ?? stderr}`.trim().split('\n');
}

test('a graph that is killed in the fourth of five model calls in one node makes two more', () => {
  expect(run('five-calls.ts', [], '4')).toEqual(['SIGKILL']);
  const notes = 'Where: otters. When: otters. Who: otters. What: otters. Why: otters.';
  expect(run('five-calls.ts')).toEqual([notes, 'requests: 2']);
  expect(run('five-calls.ts')).toEqual([notes, 'requests: 0']);
});

const waiting = () => expect(run('approval.ts').join(' ')).toMatch(/^waits: .*refund.* requests: 1$/);

test('a refund waits for its approval, and is given once', () => {
  waiting();
  const end = 'Your 30 dollars are on their way back.';
  expect(run('approval.ts', ['yes'])).toEqual(['giving back 30 dollars for order 17', end, 'requests: 1']);
  expect(run('approval.ts')).toEqual([end, 'requests: 0']);
});

test('a refund that is denied tells the reason', () => {
  waiting();
  expect(run('approval.ts', ['no', 'too late'])).toEqual(['No refund: too late', 'requests: 1']);
});

test('a supervisor whose second agent is killed in its tool goes on there', () => {
  expect(run('supervisor.ts', [], 'refund')).toEqual(['findOrder 17', 'SIGKILL']);
  const end = 'Your order was lost on its way. Your 30 dollars are on their way back.';
  expect(run('supervisor.ts')).toEqual(['refund 17', end, 'model calls: 7, served after a crash: 5', 'requests: 2']);
});
