import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const here = join(import.meta.dirname, '..', 'openai');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprise-example-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(file: string, ...args: string[]): string[] {
  const { OPENAI_API_KEY: _, ...env } = process.env;
  const options = { env: { ...env, REPRISE_STORE: `sqlite:${join(folder, 'journal.db')}` }, encoding: 'utf8' } as const;
  return execFileSync(process.execPath, [join(here, file), ...args], options)
    .trim()
    .split('\n');
}

const END = 'Your order was lost on its way. Your 30 dollars are on their way back.';

test.each([
  ['support', 2],
  ['triage', 3],
])('%s asks before it gives money back, and makes no request and no tool call twice', (agent, requests) => {
  const waits = 'waits: Give back 30 dollars for order 17?';
  expect(run('run.ts', agent, 'x')).toEqual(['looking for order 17', waits, `requests: ${requests}`]);
  expect(run('run.ts', agent, 'x')).toEqual([waits, 'requests: 0']);
  expect(run('answer.ts', 'x', 'yes')).toEqual(['Give back 30 dollars for order 17? yes']);
  expect(run('run.ts', agent, 'x')).toEqual(['giving back 30 dollars for order 17', END, 'requests: 2']);
  expect(run('run.ts', agent, 'x')).toEqual([END, 'requests: 0']);
});
