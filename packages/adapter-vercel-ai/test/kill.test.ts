import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Reprise } from '@reprise/core';
import { runScript } from '@reprise/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const RELEASES = ['ai', 'ai6', 'ai5'];
const METHODS = ['generate', 'stream'];
const TURNS = 6;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprise-vercel-ai-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const store = () => `sqlite:${join(folder, 'journal.db')}`;

/** Runs the agent as a process; tells what it printed, or the signal that ended it. */
async function runAgent(release: string, method: string, at = 'never', step = 0, style = 'plain'): Promise<string> {
  const { output, signal } = await runScript(join(import.meta.dirname, 'agent.ts'), {
    nodeArgs: ['--conditions=@reprise/source'],
    args: [release, method, store(), join(folder, 'log'), style],
    env: { KILL: `${at},${step}`, ...(['script', 'named'].includes(style) ? { REPRISE_EXECUTION: 'script' } : {}) },
  });
  return signal ?? output;
}

function log(): string[] {
  const file = join(folder, 'log');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

const count = (what: string) => log().filter((line) => line.startsWith(what)).length;

describe.each(RELEASES)('an agent of %s', (release) => {
  describe.each(METHODS)('that is killed in %s', (method) => {
    test.each(METHODS)('in a tool goes on with %s: no model call is made again, and only that tool', async (next) => {
      expect(await runAgent(release, method, 'tool', 3)).toBe('SIGKILL');
      expect(await runAgent(release, next)).toBe('All five are done.');
      expect(count('model')).toBe(TURNS);
      expect(log().filter((line) => line.startsWith('tool'))).toEqual([0, 1, 2, 3, 3, 4].map((n) => `tool ${n}`));
    });

    test.each(METHODS)('in a model call goes on with %s: only that call is made again', async (next) => {
      expect(await runAgent(release, method, 'model', 3)).toBe('SIGKILL');
      expect(await runAgent(release, next)).toBe('All five are done.');
      expect(count('model')).toBe(TURNS + 1);
      expect(count('tool')).toBe(TURNS - 1);
    });
  });

  test.each(METHODS)('that is killed in the middle of a stream goes on with %s', async (next) => {
    expect(await runAgent(release, 'stream', 'stream', 3)).toBe('SIGKILL');
    expect(await runAgent(release, next)).toBe('All five are done.');
    expect(count('model')).toBe(TURNS + 1);
    expect(count('tool')).toBe(TURNS - 1);
  });

  test('that has ended is told again without a call, chunk by chunk as it was', async () => {
    const chunks = await runAgent(release, 'chunks');
    expect(chunks.split('\n').length).toBeGreaterThan(30);
    expect(await runAgent(release, 'chunks')).toBe(chunks);
    expect(await runAgent(release, 'generate')).toBe('All five are done.');
    expect(count('model') + count('tool')).toBe(TURNS + TURNS - 1);
  });

  test('that was killed shows the same chunks when it goes on', async () => {
    expect(await runAgent(release, 'chunks', 'tool', 3)).toBe('SIGKILL');
    const chunks = await runAgent(release, 'chunks');
    expect(await runAgent(release, 'chunks')).toBe(chunks);
  });

  test.each(METHODS)('that waits in %s is answered, and makes no call twice', async (method) => {
    expect(await runAgent(release, method, 'never', 0, 'wait')).toBe('waits');
    expect(await runAgent(release, method, 'never', 0, 'wait')).toBe('waits');
    const reprise = new Reprise({ store: store() });
    await expect(reprise.waits.answer('agent', 'approve', 'perhaps')).resolves.toBeUndefined();
    expect(await runAgent(release, method, 'never', 0, 'wait')).toBe('waits');
    await reprise.waits.answer('agent', 'approve', true);
    await reprise.close();
    expect(await runAgent(release, method, 'never', 0, 'wait')).toBe('All five are done.');
    expect(count('model')).toBe(TURNS);
    expect(count('tool')).toBe(TURNS - 1);
  });
});

test('a script without a flow goes on, as the execution of its process', async () => {
  expect(await runAgent('ai', 'generate', 'tool', 3, 'script')).toBe('SIGKILL');
  expect(await runAgent('ai', 'generate', 'never', 0, 'script')).toBe('All five are done.');
  expect([count('model'), count('tool')]).toEqual([TURNS, TURNS]);
});

test('in a process that is one execution, a call with an id of its own is an execution of its own', async () => {
  expect(await runAgent('ai', 'generate', 'tool', 3, 'named')).toBe('SIGKILL');
  expect(await runAgent('ai', 'generate', 'never', 0, 'named')).toBe('All five are done.');
  const reprise = new Reprise({ store: store() });
  expect((await reprise.executions.get('agent')).status).toBe('completed');
  await reprise.close();
  expect([count('model'), count('tool')]).toEqual([TURNS, TURNS]);
});

test('a process that recovers goes on with an agent that it has wrapped and not called', async () => {
  expect(await runAgent('ai', 'stream', 'never', 0, 'wait')).toBe('waits');
  const reprise = new Reprise({ store: store() });
  await reprise.waits.answer('agent', 'approve', true);
  expect(await runAgent('ai', 'recover', 'never', 0, 'wait')).toBe('');
  expect((await reprise.executions.get('agent')).status).toBe('completed');
  await reprise.close();
  expect([count('model'), count('tool')]).toEqual([TURNS, TURNS - 1]);
});

test.each(METHODS)(
  'a tool with effect once that was killed is not run again: a person is asked, with %s',
  async (method) => {
    expect(await runAgent('ai', method, 'tool', 3, 'once')).toBe('SIGKILL');
    const asked = await runAgent('ai', method, 'never', 0, 'once');
    expect(asked).toMatch(/waits/);
    const reprise = new Reprise({ store: store() });
    const [wait] = await reprise.waits.list();
    expect(wait).toMatchObject({ execution: 'agent', name: 'step in doubt' });
    await reprise.waits.answer('agent', 'step in doubt', { outcome: 'done', value: { n: 3 } });
    await reprise.close();
    expect(await runAgent('ai', method, 'never', 0, 'once')).toBe('All five are done.');
    expect([count('model'), count('tool')]).toEqual([TURNS, TURNS - 1]);
  },
);

describe.each(METHODS)('plain helpers in two parallel tools, with %s', (method) => {
  test.each(['ai', 'ai6'])('go on in version 7, and begin again before: %s', async (release) => {
    expect(await runAgent(release, method, 'tool', 102, 'nested')).toBe('SIGKILL');
    expect(await runAgent(release, method, 'never', 0, 'nested')).toBe('All five are done.');
    expect(count('model scripted')).toBe(TURNS);
    // One helper was killed in its second tool; what the other one had in flight then is made again, too.
    const inner = count('model inner');
    expect([6, 7]).toContain(release === 'ai' ? inner : inner - 3);
    expect(count('tool 101')).toBeLessThanOrEqual(release === 'ai' ? 3 : 4);
  });
});
