import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const here = join(import.meta.dirname, '..', 'vercel-ai');
let folder: string;
let server: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprise-example-'));
});
afterEach(async () => {
  await kill();
  rmSync(folder, { recursive: true });
});

const env = () => ({
  ...process.env,
  PORT: '0',
  MODEL_LOG: join(folder, 'log'),
  REPRISE_STORE: `sqlite:${join(folder, 'journal.db')}`,
});
const logged = () => readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');

async function start(): Promise<string> {
  server = spawn(process.execPath, [join(here, 'chat.ts')], { env: env(), stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(server.stdout as NonNullable<typeof server.stdout>, 'data');
  return String(line).trim();
}

async function kill(): Promise<void> {
  if (!server) return;
  const ended = once(server, 'exit');
  server.kill('SIGKILL');
  await ended;
  server = undefined;
}

const chunksOf = (sse: string) => sse.split('\n\n').slice(0, -1);
const textOf = (chunks: readonly string[]) =>
  chunks
    .filter((chunk) => chunk.includes('"text-delta"'))
    .map((chunk) => JSON.parse(chunk.slice('data: '.length)).delta)
    .join('');

const ANSWER =
  'Order 17 was paid on Monday, left the house on Tuesday, and will be at your door on Friday before noon.';

test('a chat goes on after its server was killed in mid-stream', { timeout: 60_000 }, async () => {
  const first = await start();
  const parts = [{ type: 'text', text: 'Where is my order 17?' }];
  const body = JSON.stringify({ id: 'c', messages: [{ id: 'm', role: 'user', parts }] });
  const response = await fetch(`${first}/chat`, { method: 'POST', body });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let seen = '';
  while (reader && textOf(chunksOf(seen)).length < 20) {
    const { done, value } = await reader.read();
    if (done) break;
    seen += value;
  }
  await kill();
  reader?.cancel().catch(() => undefined);
  const had = chunksOf(seen);
  expect(textOf(had)).not.toBe(ANSWER);

  const second = await start();
  const get = (after: number, id = 'c-m') => fetch(`${second}/chat/${id}/stream?after=${after}`);
  const rest = chunksOf(await (await get(had.length)).text());
  expect(textOf([...had, ...rest])).toBe(ANSWER);
  const whole = await (await get(0)).text();
  expect(chunksOf(whole)).toEqual([...had, ...rest]);
  expect(await (await get(0)).text()).toBe(whole);
  expect((await get(0, 'other')).status).toBe(204);
  expect(logged()).toEqual(['model 0', 'tool findOrder 17', 'model 1', 'model 1']);
});

const run = (...args: string[]) =>
  execFileSync(process.execPath, [join(here, 'approval.ts'), ...args], { env: env(), encoding: 'utf8' }).trim();

test('a refund waits for its approval, and is given once', { timeout: 60_000 }, () => {
  expect(run()).toMatch(/^waits: .*refund/);
  expect(run('yes')).toBe('Your 30 dollars are on their way back.');
  expect(run()).toBe('Your 30 dollars are on their way back.');
  expect(logged()).toEqual(['model 0', 'tool refund 17', 'model 1']);
});

test('a refund that is denied tells the reason', { timeout: 60_000 }, () => {
  run();
  expect(run('no', 'too late')).toBe('No refund: too late');
  expect(logged()).toEqual(['model 0', 'model 1']);
});
