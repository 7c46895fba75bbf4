import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Reprise } from '@reprise/core';
import { runScript } from '@reprise/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ModelServer, startServer, TURNS } from './server.ts';

let server: ModelServer;
let folder: string;

beforeEach(async () => {
  server = await startServer();
  folder = mkdtempSync(join(tmpdir(), 'reprise-openai-'));
});

afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const store = () => `sqlite:${join(folder, 'journal.db')}`;

interface Running {
  readonly kill?: AbortSignal;
  readonly client?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the agent as a process; tells what it printed, or the signal that ended it. */
async function runAgent(style: string, { kill, client = 'openai', env = {} }: Running = {}): Promise<string> {
  const { output, signal } = await runScript(join(import.meta.dirname, 'agent.ts'), {
    nodeArgs: ['--conditions=@reprise/source'],
    args: [style, server.url, store(), join(folder, 'effects')],
    env: { CLIENT: client, ...env },
    ...(kill ? { kill } : {}),
  });
  return signal ?? output;
}

function effects(): string[] {
  const file = join(folder, 'effects');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

/** Kills the process once so many replies are recorded: when the next request comes, or at the end. */
async function runKilledAt(style: string, reply: number, env = {}): Promise<string> {
  const kill = new AbortController();
  server.onRequest = (n) => {
    if (n !== reply + 1) return false;
    // The request is lost with its process: it was not answered.
    server.seen.pop();
    server.onRequest = () => false;
    kill.abort();
    return true;
  };
  return runAgent(style, { env, kill: kill.signal });
}

const CLIENT_STYLES = ['plain', 'stream', 'chunks', 'responses', 'responses-stream', 'runTools', 'runTools-stream'];
const AGENTS_STYLES = ['agents', 'agents-stream', 'agents-handoff'];

/** The effects of the tool; a turn that hands over has none. */
const effectsOf = (style: string) => (style === 'agents-handoff' ? ['2', '3', '4', '5'] : ['1', '2', '3', '4', '5']);

describe.each([...CLIENT_STYLES, ...AGENTS_STYLES])('an agent in the style %s', (style) => {
  test('that is killed after any reply goes on, and no request is answered twice', async () => {
    for (let reply = 1; reply < TURNS; reply++) {
      server.seen.length = 0;
      rmSync(folder, { recursive: true });
      folder = mkdtempSync(join(tmpdir(), 'reprise-openai-'));
      expect(await runKilledAt(style, reply)).toBe('SIGKILL');
      expect(await runAgent(style)).toBe('done');
      expect([reply, server.seen.length]).toEqual([reply, TURNS]);
      expect([reply, effects()]).toEqual([reply, effectsOf(style)]);
    }
  });

  test('that has ended is told its result again without a request, and its usage is recorded', async () => {
    expect(await runAgent(style)).toBe('done');
    expect(await runAgent(style)).toBe('done');
    expect(server.seen).toHaveLength(TURNS);
    const reprise = new Reprise({ store: store() });
    const { journal } = await reprise.executions.get('agent');
    await reprise.close();
    const usage = journal.filter(({ kind }) => kind === 'llm').map((call) => call.usage);
    const isResponses = /responses|agents/.test(style);
    const counts = isResponses ? { input_tokens: 10, output_tokens: 5 } : { prompt_tokens: 10, completion_tokens: 5 };
    expect(usage).toEqual(
      Array(TURNS).fill({ provider: new URL(server.url).origin, model: 'gpt-test', ...counts, total_tokens: 15 }),
    );
    expect(journal.filter(({ kind }) => kind === 'tool').map(({ name }) => name)).toEqual(
      effectsOf(style).map(() => 'step'),
    );
  });
});

describe.each(['openai5.0', 'openai5', 'openai6.0', 'openai6', 'openai7.0'])(
  'with the release %s of the client',
  (client) => {
    test.each(CLIENT_STYLES)('an agent in the style %s is told its result again without a request', async (style) => {
      expect(await runAgent(style, { client })).toBe('done');
      expect(await runAgent(style, { client })).toBe('done');
      expect(server.seen).toHaveLength(TURNS);
      expect(effects()).toEqual(['1', '2', '3', '4', '5']);
    });
  },
);

test.each(['runTools-wait', 'agents-wait'])(
  'a tool that asks a person lets the process end, and the answer takes the agent on (%s)',
  async (style) => {
    expect(await runAgent(style)).toBe('waits');
    expect(server.seen).toHaveLength(3);
    const reprise = new Reprise({ store: store() });
    const [open] = await reprise.waits.list();
    expect(open).toMatchObject({ name: 'approve', question: 'step 3?' });
    await reprise.waits.answer('agent', 'approve', 'yes');
    await reprise.close();
    expect(await runAgent(style)).toBe('done');
    expect(server.seen).toHaveLength(TURNS);
    expect(effects()).toEqual(['1', '2', '4', '5']);
  },
);

test.each(['plain', 'runTools', 'agents'])(
  'a script without a flow goes on, as the execution of its process (%s)',
  async (style) => {
    const env = { REPRISE_EXECUTION: 'script', REPRISE_STORE: store() };
    expect(await runKilledAt(style, 3, env)).toBe('SIGKILL');
    expect(await runAgent(style, { env })).toBe('done');
    expect(server.seen).toHaveLength(TURNS);
    expect(effects()).toEqual(['1', '2', '3', '4', '5']);
  },
);

test('a stream that is killed in its middle is the only request that is made again', async () => {
  const kill = new AbortController();
  server.onRequest = (n, response) => {
    if (n !== 3) return false;
    server.onRequest = () => false;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(
      'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":"th"},"finish_reason":null}]}\n\n',
    );
    setTimeout(() => kill.abort(), 50);
    return true;
  };
  expect(await runAgent('chunks', { kill: kill.signal })).toBe('SIGKILL');
  expect(await runAgent('chunks')).toBe('done');
  expect(server.seen).toHaveLength(TURNS + 1);
  expect(effects()).toEqual(['1', '2', '3', '4', '5']);
});
