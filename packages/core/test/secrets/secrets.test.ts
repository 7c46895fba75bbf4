import { inspect } from 'node:util';
import { context, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { call, callStream } from '../../src/adapter.ts';
import { checkpoint, log, Reprise, wait } from '../../src/index.ts';
import { memoryDriver } from '../../src/store/memory.ts';
import { openStore } from '../../src/store.ts';
import { failure, waiting } from '../processes.ts';
import { Canaries, type Place, sqlitePlace, testInPlaces } from './canaries.ts';

let canaries: Canaries;
let place: Place | undefined;
const exporter = new InMemorySpanExporter();

beforeEach(() => {
  canaries = new Canaries();
  exporter.reset();
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
});

afterEach(async () => {
  trace.disable();
  context.disable();
  delete process.env.CANARY_API_KEY;
  await place?.remove();
  place = undefined;
});

/** What was told of the calls. */
function spans(): unknown[] {
  return exporter
    .getFinishedSpans()
    .map(({ name, attributes, events, status }) => ({ name, attributes, events, status }));
}

/** What clients of services throw: with the request that failed, and what was answered. */
function refusal(secret: (name: string) => string): Error {
  const key = secret('key');
  const cause = new TypeError(`fetch failed for https://u:${secret('user')}@host/v1?api_key=${secret('parameter')}`, {
    cause: { config: { headers: { Authorization: `Bearer ${key}` } } },
  });
  const inner = Object.assign(new Error(`connect to postgres://u:${secret('database')}@db:5432/app`), {
    address: new URL(`postgres://u:${encodeURIComponent(secret('database'))}@db/app`),
  });
  const error = new AggregateError([inner], `401: authorization: Bearer ${key} is not known`, { cause });
  return Object.assign(error, {
    status: 401,
    config: { auth: { username: 'u', password: secret('password') }, proxy: `http://p:${secret('proxy')}@proxy:8080` },
    headers: { 'set-cookie': [`session=${secret('cookie')}; HttpOnly`], 'openai-organization': secret('organization') },
    rawHeaders: ['Date', 'today', 'X-Api-Key', key],
    requestHeaders: new Map([['authorization', `Basic ${Buffer.from(`u:${secret('basic')}`).toString('base64')}`]]),
    body: JSON.stringify({ model: 'm', api_key: key }),
    clientSecret: secret('client'),
    accessToken: secret('access'),
  });
}

/** An agent that meets every kind of failure, waits, and fails in its first life after the wait. */
function define(reprise: Reprise, secret: (name: string) => string) {
  const lives = { failsAtTheEnd: true };
  const throws = async () => {
    throw refusal(secret);
  };
  const settled = checkpoint('settled', () => Promise.allSettled([throws()]));
  const retried = checkpoint('retried', throws, { retry: { attempts: 2, backoff: 1 } });
  const thrown = checkpoint('thrown', async () => {
    throw { headers: { authorization: `Bearer ${secret('key')}` }, message: `?token=${secret('parameter')}` };
  });
  const unstorable = checkpoint('unstorable', async () => {
    throw { toString: () => `https://host/v1?api_key=${secret('parameter')}` };
  });
  const agent = reprise.flow('agent', async () => {
    log({ at: 'the beginning' });
    await settled();
    await retried().catch(() => {});
    await thrown().catch(() => {});
    await unstorable().catch(() => {});
    await call({ kind: 'llm', name: 'asked', input: 'hello', run: throws }).catch(() => {});
    try {
      const chunks = callStream({
        kind: 'llm',
        name: 'streamed',
        input: 'hello',
        async *run() {
          yield 'a';
          throw refusal(secret);
        },
      });
      for await (const _ of chunks);
    } catch {}
    await wait('approve', { question: 'Go on?' });
    if (lives.failsAtTheEnd) throw refusal(secret);
    return 'done';
  });
  return { agent, lives };
}

/** Everything that shows an execution. */
async function shown({ executions, costs, waits }: Reprise, id: string): Promise<unknown> {
  return [
    await executions.list(),
    await executions.get(id),
    await executions.export(id),
    await executions.diff(id, id),
    await waits.list(),
    await costs.report({ execution: id }),
  ];
}

async function neverShown(at: Place): Promise<void> {
  process.env.CANARY_API_KEY = canaries.of('environment');
  const secret = (name: string) => canaries.of(name);
  const seen: unknown[] = [];

  const first = new Reprise({ store: at.store });
  const one = define(first, secret);
  await waiting((await one.agent.start(undefined, { id: 'x' })).result());
  seen.push(await shown(first, 'x'));
  await first.waits.answer('x', 'approve', true);
  await failure((await one.agent.start(undefined, { id: 'x' })).result());
  seen.push(await shown(first, 'x'));
  if (typeof at.store === 'string') await first.close();

  const second = typeof at.store === 'string' ? new Reprise({ store: at.store }) : first;
  const two = second === first ? one : define(second, secret);
  two.lives.failsAtTheEnd = false;
  expect(await (await two.agent.start(undefined, { id: 'x' })).result()).toBe('done');
  seen.push(await shown(second, 'x'));

  expect(canaries.in(seen)).toEqual([]);
  expect(canaries.in(at.bytes())).toEqual([]);
  expect(at.bytes().includes('is not known')).toBe(true);
  expect(JSON.stringify(spans())).toContain('is not known');
  expect(canaries.in(spans())).toEqual([]);
  await second.close();
}

describe('what clients throw is stored and shown without secrets', () => {
  testInPlaces(() => canaries.of('store'), neverShown);
});

test('what an error says beside its secrets is there when it is thrown again', async () => {
  place = sqlitePlace();
  const reprise = new Reprise({ store: place.store });
  const ask = checkpoint('ask', async () => {
    throw refusal((name) => canaries.of(name));
  });
  await failure((await reprise.flow('agent', () => ask()).start(undefined, { id: 'x' })).result());
  const [recorded] = (await reprise.executions.get('x')).journal;
  expect(recorded?.error).toBeInstanceOf(AggregateError);
  expect(recorded?.error).toMatchObject({
    message: '401: authorization: Bearer *** is not known',
    status: 401,
    config: { auth: { username: 'u' }, proxy: 'http://p:***@proxy:8080' },
    cause: { name: 'TypeError', message: 'fetch failed for https://u:***@host/v1?api_key=***' },
    errors: [{ message: 'connect to postgres://u:***@db:5432/app' }],
  });
  await reprise.close();
});

test('the running program is given the error as it was thrown', async () => {
  const reprise = new Reprise({ store: 'memory:' });
  const thrown = refusal((name) => canaries.of(name));
  const ask = checkpoint('ask', async () => {
    throw thrown;
  });
  await reprise.flow('agent', async () => {
    expect(await failure(ask())).toBe(thrown);
  })();
  await reprise.close();
});

describe('the address of a store', () => {
  test.each<[string, (secret: string) => string]>([
    ['that no server answers at', (secret) => `redis://u:${secret}@127.0.0.1:1`],
    [
      'that no server answers at, with parameters',
      (secret) => `postgres://u:${secret}@127.0.0.1:1/db?password=${secret}`,
    ],
    ['that no server answers at, of Valkey', (secret) => `valkey://u:${secret}@127.0.0.1:1`],
    ['that is none, for its password is not encoded', (secret) => `redis://u:${secret} #?@127.0.0.1:1`],
    ['that is none, for its port is too high', (secret) => `postgres://u:${secret}@127.0.0.1:99999/db`],
    ['of a kind that is not known', (secret) => `mongodb://u:${secret}@host/db`],
    ['of a file that cannot be opened', (secret) => `sqlite:/dev/null/a.db?password=${secret}`],
  ])('%s is not shown by the error', async (_, address) => {
    for (const secret of [canaries.of('raw'), encodeURIComponent(canaries.of('encoded'))]) {
      const error = await failure(openStore(address(secret)));
      expect(error).toMatchObject({ code: 'REPRISE_STORE_OPEN' });
      expect(canaries.in(error)).toEqual([]);
    }
  });

  test('is not shown by what a driver throws later, in whatever field it stands', async () => {
    const name = `redis://u:${canaries.of('store')}@host`;
    const client = { options: { url: name, password: canaries.of('option') } };
    const set = () =>
      Promise.reject(
        Object.assign(new Error('lost', { cause: new AggregateError([new Error(name)], name) }), { client }),
      );
    const reprise = new Reprise({ store: { ...memoryDriver(), name, set, putIfAbsent: set }, patience: 1 });
    const error = await failure(reprise.flow('agent', async () => 1)());
    expect(error).toMatchObject({ code: 'REPRISE_STORE' });
    expect(canaries.in(error)).toEqual([]);
    expect(canaries.in(reprise)).toEqual([]);
    await reprise.close();
  });
});

test('the key of the encryption is neither stored nor shown, not even by errors about it', async () => {
  place = sqlitePlace();
  const first = new Reprise({ store: place.store, encrypt: canaries.of('encryption') });
  await first.flow('agent', async () => 'done').start(undefined, { id: 'x' });
  const seen = [await shown(first, 'x'), inspect(first, { depth: 4, showHidden: true })];
  await first.close();
  const second = new Reprise({ store: place.store, encrypt: canaries.of('another encryption') });
  seen.push(await failure(second.executions.get('x')));
  await second.close();
  expect(canaries.in(seen)).toEqual([]);
  expect(canaries.in(place.bytes())).toEqual([]);
});

describe('what a program and its prompts say is stored', () => {
  const prompt = () => `write to ${canaries.of('prompt')}`;

  /** A flow with the prompt in everything that is the user's. */
  async function say(reprise: Reprise): Promise<unknown> {
    const ask = checkpoint('ask', async (text: string) => [text]);
    const fail = checkpoint('fail', async (text: string) => {
      throw Object.assign(new Error(`no answer to ${text}`), { text });
    });
    const agent = reprise.flow('agent', async (text: string) => {
      log({ text });
      const chunks = callStream({
        kind: 'llm',
        name: 'stream',
        input: text,
        run: async function* () {
          yield text;
        },
      });
      for await (const _ of chunks);
      await ask(text);
      await fail(text).catch(() => {});
      await wait('approve', { question: `Send ${text}?` });
      await fail(text);
    });
    await waiting((await agent.start(prompt(), { id: 'x' })).result());
    const open = await shown(reprise, 'x');
    await reprise.waits.answer('x', 'approve', { note: 'yes' });
    await failure((await agent.start(prompt(), { id: 'x' })).result());
    return [open, await shown(reprise, 'x')];
  }

  test('as it is, where nothing else is wanted', async () => {
    place = sqlitePlace();
    const reprise = new Reprise({ store: place.store });
    await say(reprise);
    expect(canaries.in(place.bytes())).not.toEqual([]);
    await reprise.close();
  });

  test('without what `redact` takes out: in heads, lists, questions, errors, spans, exports', async () => {
    place = sqlitePlace();
    const redact = (value: unknown) =>
      JSON.parse(JSON.stringify(value ?? null).replaceAll(canaries.of('prompt'), '[address]'));
    const reprise = new Reprise({ store: place.store, redact });
    expect(canaries.in(await say(reprise))).toEqual([]);
    expect(canaries.in(place.bytes())).toEqual([]);
    expect(canaries.in(spans())).toEqual([]);
    expect(place.bytes().includes('Send write to [address]?')).toBe(true);
    await reprise.close();
  });

  test('encrypted with a key, wherever it stands', async () => {
    place = sqlitePlace();
    const reprise = new Reprise({ store: place.store, encrypt: 'correct horse battery staple' });
    await say(reprise);
    for (const name of ['agent', 'stream', 'approve']) expect(place.bytes().includes(name)).toBe(false);
    expect(canaries.in(place.bytes())).toEqual([]);
    await reprise.close();
  });
});
