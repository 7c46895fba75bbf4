import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { CallRecord, ExecutionRecord } from '@reprise/core';
import { afterAll, expect, test } from 'vitest';
import { checkClaims, type Evidence } from '../research-agent/show/claims.ts';
import { startModelServer } from '../research-agent/stand-in/model-server.ts';
import { root } from './document.ts';

const start = fileURLToPath(new URL('../research-agent/start.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'reprise-research-agent-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the show as `npm start` does, where nobody is at a terminal. */
async function runShow(env: Record<string, string> = {}): Promise<string> {
  const clean = { ...process.env };
  for (const name of Object.keys(clean)) if (/^(OPENAI|REPRISE)_|COLOR/.test(name)) delete clean[name];
  const { stdout } = await promisify(execFile)(process.execPath, [start], { cwd: folder, env: { ...clean, ...env } });
  return stdout;
}

const numbers = (text: string, pattern: RegExp): number[] => (pattern.exec(text) ?? []).slice(1).map(Number);

test('the research agent is killed, plays on, is approved, and ends', async () => {
  const output = await runShow();
  expect(output).toContain("The process was ended by SIGKILL. The execution is 'crashed'.");
  expect(output).toContain('yes (answered by itself: nobody is at a terminal)');
  expect(output).toContain('HOW DO SEA OTTERS SHAPE THE KELP FOREST?');
  expect(output).toMatch(/12 {2}llm +write +.* 3$/m);
  expect(output.match(/^ {2}ok /gm)).toHaveLength(6);
  expect(output).not.toContain('FAILED');
  expect(output, 'colour, where nobody looks').not.toContain('\u001b');

  const [recorded = 0, inFlight = 0] = numbers(
    output,
    /killed, (\d+) calls were recorded and (\d+) model calls? in flight/,
  );
  expect(recorded).toBeGreaterThanOrEqual(5);
  expect(inFlight).toBeGreaterThanOrEqual(1);
  expect(numbers(output, /saw (\d+) requests: (\d+) that the agent needs, and (\d+)/)).toEqual([
    8 + inFlight,
    8,
    inFlight,
  ]);
  const [saved = 0] = numbers(output, /(\d+) calls came from the journal/);
  expect(saved).toBe(recorded + 10);
});

test('with a key it speaks to the real service, wherever that is', async () => {
  const service = await startModelServer();
  try {
    const output = await runShow({ OPENAI_API_KEY: 'key', OPENAI_BASE_URL: service.url, OPENAI_MODEL: 'some-model' });
    expect(output).toContain(`model      ${new URL(service.url).host}`);
    expect(output.match(/^ {2}ok /gm)).toHaveLength(6);
    expect(service.requests.length).toBeGreaterThan(8);
    for (const request of service.requests) expect(JSON.parse(request).model).toBe('some-model');
  } finally {
    service.close();
  }
});

test('the show fails where a claim of it does not hold', async () => {
  // Nothing in this store outlives a process.
  await expect(runShow({ REPRISE_STORE: 'memory:' })).rejects.toMatchObject({ code: 1 });
});

test('a request that was made twice without need is found out, in the words that the README shows', () => {
  const calls = ['plan', 'write'].map(
    (id) => ({ id, kind: 'llm', status: 'completed', attempts: [] }) as unknown as CallRecord,
  );
  const wait = { id: 'approve', kind: 'wait', status: 'completed', attempts: [], by: 'you' } as unknown as CallRecord;
  const served = { type: 'served', call: { id: 'plan' } } as Evidence['runs'][number]['events'][number];
  const evidence: Evidence = {
    runs: [
      { events: [], ending: 'SIGKILL' },
      { events: [served], ending: 0 },
      { events: [], ending: 0 },
    ],
    killed: { status: 'crashed', journal: calls.slice(0, 1) } as unknown as ExecutionRecord,
    finished: { status: 'completed', journal: [...calls, wait] } as unknown as ExecutionRecord,
    requestsBefore: 2,
    requests: ['plan', 'write', 'write'],
  };
  const failing = (changed: Partial<Evidence>) =>
    checkClaims({ ...evidence, ...changed }).flatMap(({ holds }, index) => (holds ? [] : [index]));
  expect(failing({})).toEqual([]);
  expect(failing({ requests: ['plan', 'write', 'write', 'plan'] })).toEqual([2, 3]);
  expect(
    failing({ runs: [evidence.runs[0], { events: [], ending: 0 }, evidence.runs[2]] as Evidence['runs'] }),
  ).toEqual([1]);

  const withoutNumbers = (text: string) => text.replace(/\d+/g, 'n').replace(/\bcall\b/g, 'calls');
  const claims = checkClaims(evidence).map(({ text }) => withoutNumbers(text));
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const shown = [...readme.matchAll(/^ {2}ok +(.+)$/gm)].map(([, text = '']) => withoutNumbers(text));
  expect(shown.length).toBeGreaterThan(0);
  expect(claims).toEqual(expect.arrayContaining(shown));
});
