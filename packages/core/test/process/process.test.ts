import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Reprise } from '../../src/index.ts';

const SCRIPT = join(import.meta.dirname, 'script.ts');

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-process-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Run {
  code: number | null;
  signal: string | null;
  out: string;
  err: string;
}

interface Variables {
  readonly script?: string;
  readonly budget?: string;
}

function run(store: string, mode: string, id = '', { script = SCRIPT, budget = '' }: Variables = {}): Promise<Run> {
  const own = { REPRISE_STORE: `sqlite:${join(folder, store)}`, REPRISE_EXECUTION: id, REPRISE_BUDGET: budget };
  const child = spawn(process.execPath, [script, mode], { env: { ...process.env, ...own } });
  const result: Run = { code: null, signal: null, out: '', err: '' };
  child.stdout.on('data', (data) => {
    result.out += data;
  });
  child.stderr.on('data', (data) => {
    result.err += data;
  });
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ ...result, code, signal })));
}

async function inStore<T>(store: string, look: (reprise: Reprise) => Promise<T>): Promise<T> {
  const reprise = new Reprise({ store: `sqlite:${join(folder, store)}` });
  try {
    return await look(reprise);
  } finally {
    await reprise.close();
  }
}

test('a process that ends well leaves a completed execution with its calls', async () => {
  const { code, out } = await run('well.db', 'plain');
  expect(code).toBe(0);
  expect(out.match(/^made/gm)).toHaveLength(5);
  const [execution] = await inStore('well.db', (reprise) => reprise.executions.list());
  expect(execution).toMatchObject({ flow: 'process script.ts', status: 'completed', calls: { made: 5, served: 0 } });
});

test('a killed process goes on under its id, and finished calls are served', async () => {
  expect((await run('killed.db', 'crash', 'job')).signal).toBe('SIGKILL');
  const crashed = await inStore('killed.db', (reprise) => reprise.executions.get('job'));
  expect(crashed.status).toBe('crashed');
  const again = await run('killed.db', 'crash', 'job');
  expect(again.out.match(/^served/gm)).toHaveLength(4);
  expect(again.out).not.toMatch(/^made (first|second)/m);
  expect(again.out).toContain("'first of 1, second of 1', 'first of 2, second of 2'");
});

test('a process that waits says so and ends, and goes on when it was answered', async () => {
  const first = await run('waits.db', 'wait', 'job');
  expect(first.code).toBe(4);
  expect(first.err).toContain('approve (Go on?)');
  await inStore('waits.db', (reprise) => reprise.waits.answer('job', 'approve', 'yes'));
  const second = await run('waits.db', 'wait', 'job');
  expect(second).toMatchObject({ code: 0 });
  expect(second.out).toContain('approved yes');
  expect(second.out.match(/^served/gm)).toHaveLength(4);
});

test('a process that has completed is told once more under its id: all is served, and nothing is made', async () => {
  await run('retold.db', 'plain', 'job');
  const { code, out } = await run('retold.db', 'plain', 'job');
  expect(code).toBe(0);
  expect(out.match(/^served/gm)).toHaveLength(5);
  expect(out).not.toMatch(/^made/m);
});

test('the same id with other arguments is refused, and nothing is served', async () => {
  await run('other.db', 'crash', 'job');
  const other = await run('other.db', 'plain', 'job');
  expect(other.code).not.toBe(0);
  expect(other.err).toContain('another input');
  expect(other.out).not.toContain('served');
});

test('a flow in a named process is a child of it, and what it had done is served when the process goes on', async () => {
  await run('flow.db', 'flow-crash', 'job');
  const list = (reprise: Reprise) => reprise.executions.list({ parent: 'job' });
  expect(await inStore('flow.db', list)).toMatchObject([{ flow: 'report', status: 'crashed' }]);
  // The script is the same in both modes but for its end.
  const again = await run('flow.db', 'flow-crash', 'job');
  expect(again.out).toContain('served notes');
  expect(again.out).not.toContain('made notes');
});

test('an execution that a named process starts without an id is found again when the process goes on', async () => {
  const first = await run('starts.db', 'flow', 'job');
  expect(first.code).toBe(3);
  expect(first.out.match(/^made notes/gm)).toHaveLength(4);
  const again = await run('starts.db', 'flow', 'job');
  expect(again.out).not.toContain('made');
  expect(again.out).toContain("[ 'notes on owls', 'notes on owls', 'notes on bears' ]");
  const started = (await inStore('starts.db', (reprise) => reprise.executions.list())).filter(({ id }) => id !== 'job');
  expect(started.map(({ launch }) => launch.process)).toEqual(['job', 'job', 'job']);
});

test('an execution keeps the command that starts its process again, as it was seen or told', async () => {
  await run('launch.db', 'plain', 'seen');
  const launch = JSON.stringify({ command: ['npx', 'tsx', SCRIPT, 'plain'], directory: '/project' });
  process.env.REPRISE_LAUNCH = launch;
  await run('launch.db', 'plain', 'told').finally(() => delete process.env.REPRISE_LAUNCH);
  const [seen, told] = await inStore('launch.db', (reprise) =>
    Promise.all([reprise.executions.get('seen'), reprise.executions.get('told')]),
  );
  const host = hostname();
  const command = [process.execPath, SCRIPT, 'plain'];
  expect(seen.launch).toEqual({ command, directory: process.cwd(), host, process: 'seen' });
  expect(told.launch).toEqual({ ...JSON.parse(launch), host, process: 'told' });
});

test('a process is replayed by starting it under the id of a replay that was written for it', async () => {
  await run('replay.db', 'plain', 'job');
  const { id, launch } = await inStore('replay.db', async ({ executions }) => {
    await expect(executions.replay('job')).rejects.toThrow('Execution job is a whole process (script.ts)');
    return executions.prepareReplay('job', { overrides: { 'first#2': { output: 'another first' } } });
  });
  expect(launch.command.slice(1)).toEqual([SCRIPT, 'plain']);
  const { out, code } = await run('replay.db', 'plain', id);
  expect(code).toBe(0);
  expect(out).toContain("'first of 1, second of 1', 'another first, second of 2'");
  const replay = await inStore('replay.db', ({ executions }) => executions.get(id));
  expect(replay).toMatchObject({ status: 'completed', replayOf: { execution: 'job' } });
});

test('other arguments are another input of a process, and how it is to be started says so', async () => {
  await run('arguments.db', 'plain', 'job');
  const { id, launch } = await inStore('arguments.db', async ({ executions }) => {
    await expect(executions.prepareReplay('job', { input: 'wait' })).rejects.toThrow('the array of its arguments');
    return executions.prepareReplay('job', { input: ['wait'], reuse: 'unchanged' });
  });
  expect(launch.command.slice(1)).toEqual([SCRIPT, 'wait']);
  const { out, code } = await run('arguments.db', 'wait', id);
  expect(code).toBe(4);
  expect(out.match(/^served/gm)).toHaveLength(4);
});

test('a process has the budget that its environment gives it, and goes on with a larger one', async () => {
  const spend = (budget: string) =>
    run('budget.db', 'spend', 'job', { script: join(import.meta.dirname, 'spender.ts'), budget });
  const poor = await spend('0.00025');
  expect(poor.code).not.toBe(0);
  expect(poor.err).toContain('REPRISE_BUDGET_EXCEEDED');
  expect(poor.out).toBe('asked 1\nasked 2\n');
  expect(await spend('0.0003')).toMatchObject({ code: 0, out: 'asked 3\n' });
  const wrong = await run('budget.db', 'spend', 'other', {
    script: join(import.meta.dirname, 'spender.ts'),
    budget: 'much',
  });
  expect(wrong.err).toContain("REPRISE_BUDGET must be a number of dollars, such as 2.50; it was 'much'");
  expect(wrong.out).toBe('');
});
