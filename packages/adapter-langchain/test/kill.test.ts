import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Reprise } from '@reprise/core';
import { runScript } from '@reprise/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprise-langchain-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const store = () => `sqlite:${join(folder, 'journal.db')}`;

/** Runs the agent as a process; tells what it printed, or the signal that ended it. */
async function runAgent(
  style: string,
  method: string,
  { kill = '', prompt = 'go', once = '', process = '' } = {},
): Promise<string> {
  const { output, signal } = await runScript(join(import.meta.dirname, 'agent.ts'), {
    nodeArgs: ['--conditions=@reprise/source'],
    args: [style, method, store(), join(folder, 'log')],
    env: { KILL: kill, PROMPT: prompt, ONCE: once, REPRISE_EXECUTION: process },
  });
  return signal ?? output;
}

function count(what: string): number {
  const file = join(folder, 'log');
  if (!existsSync(file)) return 0;
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(what)).length;
}

describe.each(['node', 'functional'])('five model calls of a %s', (style) => {
  test.each([
    ['invoke', 'invoke'],
    ['invoke', 'messages'],
    ['messages', 'invoke'],
  ])('killed in the fourth with %s and gone on with %s are six in total', async (method, next) => {
    expect(await runAgent(style, method, { kill: 'model question 4' })).toBe('SIGKILL');
    expect(await runAgent(style, next)).toContain('answer to question 5');
    expect(count('model')).toBe(6);
  });
});

test('a script without a flow goes on, as the execution of its process', async () => {
  expect(await runAgent('node', 'script', { process: 'script', kill: 'model question 4' })).toBe('SIGKILL');
  expect(await runAgent('node', 'script', { process: 'script' })).toContain('answer to question 5');
  expect(count('model')).toBe(6);
});

test('in a process that is one execution, a call with an id of its own is an execution of its own', async () => {
  expect(await runAgent('node', 'invoke', { process: 'whole', kill: 'model question 4' })).toBe('SIGKILL');
  expect(await runAgent('node', 'invoke', { process: 'whole' })).toContain('answer to question 5');
  const reprise = new Reprise({ store: store() });
  expect((await reprise.executions.get('agent')).status).toBe('completed');
  await reprise.close();
  expect(count('model')).toBe(6);
});

test('a process that recovers goes on with an agent that it has wrapped and not called', async () => {
  expect(await runAgent('agent', 'invoke', { prompt: 'approval' })).toBe('waits');
  const reprise = new Reprise({ store: store() });
  await reprise.waits.answer('agent', 'approve', true);
  expect(await runAgent('agent', 'recover')).toBe('');
  expect((await reprise.executions.get('agent')).status).toBe('completed');
  await reprise.close();
  expect([count('model'), count('tool')]).toEqual([2, 1]);
});

describe.each(['react', 'agent'])('an agent made by %s', (style) => {
  test('that is killed in the third of three parallel tools runs tools four times in total', async () => {
    expect(await runAgent(style, 'invoke', { prompt: 'three tools', kill: 'tool 3' })).toBe('SIGKILL');
    expect(await runAgent(style, 'invoke', { prompt: 'three tools' })).toBe('All done.');
    expect([count('model'), count('tool')]).toEqual([2, 4]);
  });

  test('that waits for an approval runs the side effect beside it once', async () => {
    expect(await runAgent(style, 'invoke', { prompt: 'approval' })).toBe('waits');
    expect(await runAgent(style, 'invoke', { prompt: 'approval' })).toBe('waits');
    const reprise = new Reprise({ store: store() });
    await reprise.waits.answer('agent', 'approve', true);
    await reprise.close();
    expect(await runAgent(style, 'invoke', { prompt: 'approval' })).toBe('All done.');
    expect([count('model'), count('tool')]).toEqual([2, 1]);
  });

  test('whose tool may not be repeated asks a person when it was killed in it', async () => {
    const options = { prompt: 'three tools', once: 'yes' };
    expect(await runAgent(style, 'invoke', { ...options, kill: 'tool 3' })).toBe('SIGKILL');
    expect(await runAgent(style, 'invoke', options)).toBe('waits');
    const reprise = new Reprise({ store: store() });
    const [open] = await reprise.waits.list({ execution: 'agent' });
    expect(open?.name).toBe('step in doubt');
    await reprise.waits.answer('agent', 'step in doubt', { outcome: 'done', value: 'did 3' });
    await reprise.close();
    expect(await runAgent(style, 'invoke', options)).toBe('All done.');
    expect([count('model'), count('tool')]).toEqual([2, 3]);
  });
});
