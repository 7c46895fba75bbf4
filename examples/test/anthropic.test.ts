import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import Anthropic from '@anthropic-ai/sdk';
import { Reprise, UsageError } from '@reprise/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { durable } from '../anthropic/adapter.ts';
import { startStandIn } from '../anthropic/stand-in.ts';

const here = join(import.meta.dirname, '..', 'anthropic');
let folder: string;
let server: Awaited<ReturnType<typeof startStandIn>>;
let onRequest: (n: number) => boolean;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reprise-example-'));
  onRequest = () => false;
  server = await startStandIn((n) => onRequest(n));
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const store = () => `sqlite:${join(folder, 'journal.db')}`;

/** Runs one process of the agent; `dieAt`: it is killed when this request comes. */
async function run(how: string, dieAt?: number): Promise<string[]> {
  const env = { ...process.env, ANTHROPIC_API_KEY: 'none', ANTHROPIC_BASE_URL: server.url, REPRISE_STORE: store() };
  const child = spawn(process.execPath, [join(here, 'agent.ts'), 'x', how], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onRequest = (n) => {
    if (n === dieAt) child.kill('SIGKILL');
    return false;
  };
  return (await text(child.stdout)).trim().split('\n');
}

test('the adapter is shorter than a hundred lines', () => {
  expect(readFileSync(join(here, 'adapter.ts'), 'utf8').trim().split('\n').length).toBeLessThan(100);
});

describe.each(['whole', 'stream'])("an agent on Anthropic's client, answered %s", (how) => {
  test('that is killed goes on, asks a person, and no answered request is made again', async () => {
    const asked = 'waits: Give back 30 dollars for order 17?';
    expect(await run(how, 2)).toEqual(['looking for order 17']);
    expect(await run(how)).toEqual([asked]);
    // The one that was under way when the process died came twice.
    expect(server.requests).toBe(3);

    const reprise = new Reprise({ store: store() });
    await reprise.waits.answer('x', 'approve', 'yes');
    const output = await run(how);
    expect(output.slice(0, 2)).toEqual([
      'giving back 30 dollars for order 17',
      'Your 30 dollars are on their way back.',
    ]);
    expect(server.requests).toBe(5);

    // Each call: 1,000 tokens at $4, 500 from the cache at $0.20 and 100 at $20 a million.
    const { totals } = await reprise.costs.report({ execution: 'x' });
    expect(totals.nanoUsd).toBe(4n * 6_100_000n);
    expect(totals).toMatchObject({ possiblyPaid: 1, usage: { inputTokens: 6_000, outputTokens: 400 } });
    await reprise.close();
  });
});

test('a request that was refused is not served as an answer', async () => {
  onRequest = (n) => n === 1;
  const reprise = new Reprise({ store: store() });
  const client = durable(new Anthropic({ apiKey: 'none', baseURL: server.url }));
  const ask = reprise.flow('ask', async () =>
    client.messages.create({ model: 'claude-opus-5-5', max_tokens: 5, messages: [{ role: 'user', content: 'Hi.' }] }),
  );
  await expect((await ask.start(undefined, { id: 'y' })).result()).rejects.toMatchObject({ status: 400 });
  expect(await (await ask.start(undefined, { id: 'y' })).result()).toMatchObject({ stop_reason: 'tool_use' });
  expect(server.requests).toBe(2);
  await reprise.close();
});

test('what is no client is refused', () => {
  expect(() => durable({})).toThrow(UsageError);
});
