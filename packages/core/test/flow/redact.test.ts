import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { checkpoint, log, type RedactInfo, wait } from '../../src/index.ts';
import { failure, inTime, never, type Process, processes, settled, waiting } from '../processes.ts';

const SECRET = 'sk-123';

function hide(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null).replaceAll(SECRET, '…'));
}

async function everythingIn(driver: { scan?: unknown }, prefix = ''): Promise<string> {
  const scan = driver.scan as (prefix: string, options: object) => Promise<{ value: string }[]>;
  return (await scan(prefix, { limit: 1_000 })).map(({ value }) => value).join('\n');
}

test('nothing that was redacted is stored: not in inputs, outputs, results, logs, questions or taken answers', async () => {
  const all = processes();
  const { reprise } = all.start({ redact: hide });
  const login = checkpoint('login', async (key: string) => ({ key, ok: true }));
  const f = reprise.flow('f', async (key: string) => {
    log({ key });
    const { key: again } = await login(key);
    return [again, await wait('approve', { question: `Use ${key}?` })];
  });
  await waiting((await f.start(SECRET, { id: 'x' })).result());
  expect(await everythingIn(all.driver)).not.toContain(SECRET);
  await reprise.waits.answer('x', 'approve', { key: SECRET });
  await (await f.start(SECRET, { id: 'x' })).result();
  await settled();
  expect(await everythingIn(all.driver, 'reprise/j/')).not.toContain(SECRET);
});

test('the running program sees what was not redacted', async () => {
  const { reprise } = processes().start({ redact: hide });
  const login = checkpoint('login', async (key: string) => ({ key }));
  expect(await reprise.flow('f', (key: string) => login(key))(SECRET)).toEqual({ key: SECRET });
});

test('the hook is told what it redacts', async () => {
  const seen: RedactInfo[] = [];
  const { reprise } = processes().start({
    redact: (value, info) => {
      seen.push(info);
      return value;
    },
  });
  const login = checkpoint('login', async (key: string) => key);
  await reprise.flow('f', (key: string) => login(key))('a');
  expect(seen).toEqual([
    { part: 'input', kind: 'execution', name: 'f' },
    { part: 'input', kind: 'checkpoint', name: 'login' },
    { part: 'output', kind: 'checkpoint', name: 'login' },
    { part: 'output', kind: 'execution', name: 'f' },
  ]);
});

test('a call is recognised by what is stored: an execution goes on though what it is served was redacted', async () => {
  const all = processes();
  const made: string[] = [];
  const login = checkpoint('login', async (key: string) => {
    made.push(key);
    return { token: key };
  });
  const use = checkpoint('use', async (token: string) => {
    made.push(token);
    return token;
  });
  const define = ({ reprise }: Process, hang: boolean) =>
    reprise.flow('f', async (key: string) => {
      const { token } = await login(key);
      const used = await use(token);
      if (hang) await never();
      return [key, used];
    });
  const first = all.start({ redact: hide });
  await define(first, true).start(SECRET, { id: 'x' });
  await settled();
  first.kill();
  const second = all.start({ redact: hide });
  const handle = await define(second, false).start(SECRET, { id: 'x' });
  expect(await handle.result()).toEqual([SECRET, '…']);
  expect(made).toEqual([SECRET, SECRET]);
});

test('two inputs of which the same is stored are the same input', async () => {
  const { reprise } = processes().start({ redact: hide });
  const f = reprise.flow('f', async (key: string) => key.length);
  await (await f.start(SECRET, { id: 'x' })).result();
  expect(await (await f.start('…', { id: 'x' })).result()).toBe(6);
  await expect(f.start('another', { id: 'x' })).rejects.toMatchObject({ code: 'REPRISE_INPUT_MISMATCH' });
});

test('a divergence shows both inputs redacted', async () => {
  const all = processes();
  const { reprise } = all.start({ redact: hide });
  const login = checkpoint('login', async (key: string, n: number) => [key, n]);
  let n = 0;
  const f = reprise.flow('f', async () => {
    await login(SECRET, ++n);
    throw new Error('stop');
  });
  await failure((await f.start(undefined, { id: 'x' })).result());
  const error = await failure(inTime(all, (await f.start(undefined, { id: 'x' })).result()));
  expect(error).toMatchObject({ code: 'REPRISE_DRIFT', message: expect.stringContaining('["…",2]') });
  expect(error.message).not.toContain(SECRET);
});

test('errors are redacted text by text: message, stack, properties, causes, each attempt', async () => {
  const all = processes();
  const seen: RedactInfo[] = [];
  const { reprise } = all.start({
    redact: (value, info) => {
      if (info.part === 'error') seen.push(info);
      return hide(value);
    },
  });
  const login = checkpoint(
    'login',
    async () => {
      const cause = Object.assign(new TypeError(`bad key ${SECRET}`), { request: { key: SECRET } });
      throw new AggregateError([new Error(`one ${SECRET}`)], `401 for ${SECRET}`, { cause });
    },
    { retry: { attempts: 2, backoff: 0 } },
  );
  const handle = await reprise.flow('f', () => login()).start(undefined, { id: 'x' });
  const result = handle.result().catch((error) => error);
  await all.pass(1_000);
  expect((await result).message).toBe(`401 for ${SECRET}`);
  await settled();
  expect(await everythingIn(all.driver)).not.toContain(SECRET);
  expect(seen).toContainEqual({ part: 'error', kind: 'checkpoint', name: 'login' });

  const { journal, error } = await reprise.executions.get('x');
  expect(error).toEqual({ name: 'AggregateError', message: '401 for …' });
  expect(journal[0]?.attempts[0]?.error).toEqual({ name: 'AggregateError', message: '401 for …' });
  const recorded = journal[0]?.error as AggregateError;
  expect(recorded).toBeInstanceOf(AggregateError);
  expect(recorded.errors[0]).toMatchObject({ message: 'one …' });
  expect(recorded.cause).toBeInstanceOf(TypeError);
  expect(recorded.cause).toMatchObject({ message: 'bad key …', request: { key: '…' } });
});

test('an error of another realm is redacted text by text, too', async () => {
  const all = processes();
  const { reprise } = all.start({
    redact: (value) => (typeof value === 'string' ? value.replaceAll(SECRET, '…') : value),
  });
  const thrown = runInNewContext(`new RangeError('no ${SECRET}')`);
  const ask = checkpoint('ask', async () => {
    throw thrown;
  });
  await expect(
    reprise
      .flow('f', () => ask())
      .start(undefined, { id: 'x' })
      .then((handle) => handle.result()),
  ).rejects.toBe(thrown);
  const stored = await everythingIn(all.driver);
  expect(stored).toContain('"name":"RangeError","message":"no …"');
  expect(stored).not.toContain(SECRET);
});

test('an error on which the hook fails is recorded without its texts', async () => {
  const all = processes();
  const { reprise } = all.start({
    redact: (value, { part }) => {
      if (part === 'error') throw new Error('cannot redact');
      return value;
    },
  });
  const login = checkpoint('login', async () => {
    throw new Error(SECRET);
  });
  await expect((await reprise.flow('f', () => login()).start(undefined, { id: 'x' })).result()).rejects.toThrow(SECRET);
  await settled();
  expect(await everythingIn(all.driver)).not.toContain(SECRET);
  expect((await reprise.executions.get('x')).journal[0]).toMatchObject({ status: 'failed' });
});

test('what is said of a refused answer is redacted', async () => {
  const all = processes();
  const { reprise } = all.start({ redact: hide });
  const schema = {
    '~standard': { version: 1 as const, vendor: 'test', validate: () => ({ issues: [{ message: 'no' }] }) },
  };
  const f = reprise.flow('f', () => wait('approve', { schema }));
  await waiting((await f.start(undefined, { id: 'x' })).result());
  await all.start().reprise.waits.answer('x', 'approve', SECRET);
  await waiting((await f.start(undefined, { id: 'x' })).result());
  await settled();
  expect(await everythingIn(all.driver, 'reprise/j/')).not.toContain(SECRET);
  expect(await everythingIn(all.driver, 'reprise/h/')).not.toContain(SECRET);
});

test('a hook that throws fails the call, before anything of it is stored', async () => {
  const all = processes();
  const { reprise } = all.start({
    redact: (value, { part }) => {
      if (part === 'output') throw new Error('cannot redact');
      return value;
    },
  });
  const login = checkpoint('login', async () => SECRET);
  await expect(reprise.flow('f', () => login())()).rejects.toThrow('cannot redact');
  expect(await everythingIn(all.driver)).not.toContain(SECRET);
});

test('a hook that hides nothing changes nothing about an error: its marks, a dollar in its message, a name that is no text, one cause in two places', async () => {
  const all = processes();
  const { reprise } = all.start({ redact: (value) => value });
  const cause = Object.assign(new Error('x'), { name: { odd: 1 }, message: 5 });
  const error = Object.assign(new Error('costs $& and $1', { cause }), { first: cause });
  Object.defineProperty(error, Symbol.for('sdk.error'), { value: true });
  const pay = checkpoint('pay', async () => {
    throw error;
  });
  await failure((await reprise.flow('f', async () => pay()).start(undefined, { id: 'x' })).result());
  await settled();
  const [call] = (await all.start().reprise.executions.get('x')).journal;
  const stored = call?.error as Error;
  expect(Reflect.get(stored, Symbol.for('sdk.error'))).toBe(true);
  expect([stored.message, stored.stack]).toEqual([error.message, error.stack]);
  for (const same of [stored.cause, Reflect.get(stored, 'first')]) {
    expect(same).toMatchObject({ name: { odd: 1 }, message: 5 });
  }
});
