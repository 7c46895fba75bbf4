import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import Anthropic from '@anthropic-ai/sdk';
import { CancelledError, Reprise, UsageError } from '@reprise/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { durable, durableTools } from '../anthropic/adapter.ts';
import { type Fate, startStandIn } from '../anthropic/stand-in.ts';

const here = join(import.meta.dirname, '..', 'anthropic');
let folder: string;
let server: Awaited<ReturnType<typeof startStandIn>>;
let onRequest: (n: number, request: IncomingMessage) => Fate;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reprise-example-'));
  onRequest = () => undefined;
  server = await startStandIn((n, request) => onRequest(n, request));
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
    return undefined;
  };
  return (await text(child.stdout)).trim().split('\n');
}

test('the adapter is less than a hundred lines of code', () => {
  const lines = readFileSync(join(here, 'adapter.ts'), 'utf8').split('\n');
  expect(lines.filter((line) => !/^\s*(\/\/.*|\/\*\*.*\*\/)?$/.test(line)).length).toBeLessThan(100);
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

describe("what happens to every adapter, on Anthropic's client:", () => {
  let reprise: Reprise;
  beforeEach(() => {
    reprise = new Reprise({ store: store() });
  });
  afterEach(() => reprise.close());

  const client = (options = {}) =>
    durable(new Anthropic({ apiKey: 'none', baseURL: server.url, maxRetries: 0, ...options }));
  const asked = (content: string) => ({
    ...{ model: 'claude-opus-5-5', max_tokens: 5 },
    messages: [{ role: 'user' as const, content }],
  });
  const textOf = ({ content }: Anthropic.Message) => content.map((block) => block.type === 'text' && block.text).join();
  const say = async (content: string, from = client()) => textOf(await from.messages.create(asked(content)));
  const saySlowly = async (content: string, from = client()) =>
    textOf(await from.messages.stream(asked(content)).finalMessage());
  const ways = { whole: say, streamed: saySlowly };
  /** Runs it in an engine of its own, as a process would. */
  async function start<T>(program: () => Promise<T>, options = {}): Promise<T> {
    const engine = new Reprise({ store: store() });
    try {
      return await (await engine.flow('f', program, options).start(undefined, { id: 'x' })).result();
    } finally {
      await engine.close();
    }
  }
  /** The program with a failure behind it, and then without: its outcome then, and how many requests that took. */
  async function twice(program: () => Promise<unknown>) {
    let isOver = false;
    const outcomes: unknown[] = [];
    const failing = async () => {
      outcomes.push(await program());
      // With a call after it the program has gone on.
      await say('the last');
      if (!isOver) throw new Error('stop');
    };
    await expect(start(failing)).rejects.toThrow('stop');
    isOver = true;
    const before = server.requests;
    await start(failing);
    expect(outcomes[1]).toEqual(outcomes[0]);
    return { outcome: outcomes[0], again: server.requests - before };
  }
  const journal = async () => (await reprise.executions.get('x')).journal;

  describe.each(Object.entries(ways))('%s,', (_, ask) => {
    test.each([400, 429, 500])(
      'a request that is refused with %i is no answer, is free, and made again',
      async (status) => {
        onRequest = (n) => (n === 1 ? status : undefined);
        const program = () => ask('Hi.');
        await expect(start(program)).rejects.toMatchObject({ status, requestID: 'req_1' });
        expect((await reprise.costs.report({ execution: 'x' })).rows).toMatchObject([{ cost: { status: 'free' } }]);
        expect(await start(program)).toBe('You said: Hi.');
        expect(server.requests).toBe(2);
      },
    );

    test('a refused request that the program survived is the same error again', async () => {
      onRequest = (n) => (n === 1 ? 429 : undefined);
      const program = () =>
        ask('Hi.').catch((error) => [error instanceof Anthropic.RateLimitError, error.status, error.requestID]);
      expect(await twice(program)).toEqual({ outcome: [true, 429, 'req_1'], again: 0 });
    });

    test('a refused request over which the program ended is made again, although it had gone on beside it', async () => {
      onRequest = (n) => (n === 1 ? 500 : undefined);
      const program = async () => {
        const [first] = await Promise.allSettled([ask('Hi.')]);
        await say('beside');
        if (first.status === 'rejected') throw first.reason;
        return first.value;
      };
      await expect(start(program)).rejects.toThrow(Anthropic.InternalServerError);
      expect(await start(program)).toBe('You said: Hi.');
      expect(server.requests).toBe(3);
    });

    test('the client tries again by itself, and takes the same way on resume', async () => {
      onRequest = (n) => (n === 1 ? 500 : undefined);
      const program = () => ask('Hi.', client({ maxRetries: 1 }));
      expect(await twice(program)).toEqual({ outcome: 'You said: Hi.', again: 0 });
    });

    test('so it does after a request that took too long', async () => {
      onRequest = (n) => (n === 1 ? 'hangs' : undefined);
      const program = () => ask('Hi.', client({ maxRetries: 5, timeout: 300 }));
      expect(await twice(program)).toEqual({ outcome: 'You said: Hi.', again: 0 });
    });

    test('an answer that breaks off is an error, and asked for again', async () => {
      onRequest = (n) => (n === 1 ? 'breaks' : undefined);
      const program = () => ask('Hi.');
      await expect(start(program)).rejects.toThrow(Anthropic.AnthropicError);
      expect(await start(program)).toBe('You said: Hi.');
      expect(server.requests).toBe(2);
    });

    test('a request is aborted with its execution', async () => {
      const closed = Promise.withResolvers<void>();
      const came = Promise.withResolvers<void>();
      onRequest = (_, request) => {
        request.socket.on('close', closed.resolve);
        came.resolve();
        return 'hangs';
      };
      const execution = await reprise.flow('f', () => ask('Hi.')).start(undefined, { id: 'x' });
      await came.promise;
      await execution.cancel();
      await closed.promise;
      await expect(execution.result()).rejects.toThrow(CancelledError);
    });

    test('a request beyond the budget is not made, and is made with a larger one', async () => {
      const program = async () => [await ask('one'), await ask('two')];
      const error = { status: 402, type: 'REPRISE_BUDGET_EXCEEDED' };
      // A request costs $0.0061.
      await expect(start(program, { budget: { usd: 0.01 } })).rejects.toMatchObject(error);
      expect(server.requests).toBe(1);
      expect(await start(program, { budget: { usd: 0.02 } })).toEqual(['You said: one', 'You said: two']);
      expect(server.requests).toBe(2);
    });

    test('requests side by side keep apart when another process goes on with them', async () => {
      const hangs = Promise.withResolvers<void>();
      onRequest = (n) => {
        if (n === 6) hangs.resolve();
        return n > 3 ? 'hangs' : undefined;
      };
      const branch = async (name: string) => [await ask('the same'), await ask(`then ${name}`)];
      const program = () => Promise.all([branch('a'), branch('b'), branch('c')]);
      const stuck = start(program).catch((error) => error.name);
      await hangs.promise;
      onRequest = () => undefined;
      const other = new Reprise({ store: store() });
      const execution = await other.flow('f', program).start(undefined, { id: 'x', takeover: true });
      expect(await execution.result()).toEqual(
        ['a', 'b', 'c'].map((name) => ['You said: the same', `You said: then ${name}`]),
      );
      // The three that hung came twice.
      expect(server.requests).toBe(9);
      server.hangUp();
      expect(await stuck).toBe('FencedError');
      await other.close();
    });
  });

  test('a stream that ends early is an error, and asked for again', async () => {
    onRequest = (n) => (n === 1 ? 'ends early' : undefined);
    await expect(start(() => saySlowly('Hi.'))).rejects.toThrow(/broke off/);
    expect(await start(() => saySlowly('Hi.'))).toBe('You said: Hi.');
  });

  test('a stream that the program leaves early is recorded whole', async () => {
    const rest = Promise.withResolvers<void>();
    onRequest = (n) => (n === 1 ? { goesOn: rest.promise } : undefined);
    const program = async () => {
      for await (const { type } of await client().messages.create({ ...asked('Hi.'), stream: true })) {
        rest.resolve();
        return type;
      }
    };
    expect(await twice(program)).toEqual({ outcome: 'message_start', again: 0 });
    expect((await journal()).map(({ status }) => status)).toEqual(['completed', 'completed']);
  });

  test('a stream that the program aborts ends for it at once, and is recorded whole', async () => {
    const rest = Promise.withResolvers<void>();
    onRequest = (n) => (n === 1 ? { goesOn: rest.promise } : undefined);
    const program = async () => {
      const stream = client().messages.stream(asked('Hi.'));
      stream.on('streamEvent', () => stream.abort());
      const error = await stream.finalMessage().catch((reason) => reason);
      rest.resolve();
      return error instanceof Anthropic.APIUserAbortError;
    };
    expect(await twice(program)).toEqual({ outcome: true, again: 0 });
    expect((await journal()).map(({ status }) => status)).toEqual(['completed', 'completed']);
  });

  test('a request that the program aborts fails as it does without the adapter, and is made again', async () => {
    const caller = new AbortController();
    onRequest = (n) => {
      if (n > 1) return undefined;
      caller.abort();
      return 'hangs';
    };
    let signal: AbortSignal | undefined = caller.signal;
    const program = async () => textOf(await client().messages.create(asked('Hi.'), { ...(signal && { signal }) }));
    await expect(start(program)).rejects.toThrow(Anthropic.APIUserAbortError);
    signal = undefined;
    expect(await start(program)).toBe('You said: Hi.');
  });

  test('a request that was aborted before it could be sent is not sent', async () => {
    const { fetch } = client() as unknown as { fetch: typeof globalThis.fetch };
    const init = { method: 'POST', body: JSON.stringify(asked('Hi.')), signal: AbortSignal.abort() };
    const program = () => fetch(`${server.url}/v1/messages`, init).catch(({ name }) => name);
    expect(await start(program)).toBe('AbortError');
    expect(server.requests).toBe(0);
  });
});

test('tools are made as their policies say, and others are refused', async () => {
  const reprise = new Reprise({ store: store() });
  let attempts = 0;
  const find = async () => {
    attempts++;
    if (attempts < 3) throw new Error('not yet');
    return 'found';
  };
  const { find: durableFind } = durableTools({ find }, { find: { retry: { attempts: 3, backoff: 1 } } });
  const execution = await reprise.flow('f', () => durableFind()).start(undefined, { id: 'x' });
  expect(await execution.result()).toBe('found');
  expect(() => durableTools({ find }, { fnd: {} } as never)).toThrow(/no option 'fnd'. It takes: find/);
  await reprise.close();
});

test('what is no client is refused', () => {
  expect(() => durable({})).toThrow(UsageError);
});
