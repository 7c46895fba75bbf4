import { expect, test } from 'vitest';
import { call } from '../../src/adapter.ts';
import { checkpoint, Reprise } from '../../src/index.ts';
import { memoryDriver } from '../../src/store/memory.ts';
import { gate, never, type Process, processes, settled } from '../processes.ts';

const LARGE = 'x'.repeat(100_000);

/** What is kept apart for its size, and a list of messages that is stored once and grows. */
function talk({ reprise }: Pick<Process, 'reprise'>) {
  let made = 0;
  const model = (messages: string[]) =>
    call<string>({
      kind: 'llm',
      name: 'model',
      input: [...messages],
      run: () => {
        made++;
        return `${messages.length} ${LARGE}`;
      },
    });
  const flow = reprise.flow('talk', async (messages: string[]) => {
    for (let i = 0; i < 3; i++) messages.push((await model(messages)).slice(0, 200));
    return messages.slice(-3).map((text) => text.slice(0, 3));
  });
  return { flow, made: () => made };
}

const start = Array.from({ length: 20 }, (_, i) => `message ${i} ${'y'.repeat(100)}`);

test('a replay stands by itself: it can be resumed when its source was deleted, large values and long lists included', async () => {
  const all = processes();
  const first = all.start();
  const { flow } = talk(first);
  const result = await (await flow.start([...start], { id: 'source' })).result();
  await first.reprise.executions.prepareReplay('source', { from: 'model#3', id: 'replay' });
  await first.reprise.executions.delete('source');

  const second = all.start();
  const again = talk(second);
  expect(await (await second.reprise.executions.resume('replay')).result()).toEqual(result);
  expect(again.made()).toBe(1);
  const { journal, input } = await second.reprise.executions.get('replay');
  expect(input).toEqual(start);
  expect(journal[0]?.output).toBe(`20 ${LARGE}`);
  expect(journal[2]?.input).toHaveLength(22);
});

test('it is exported and imported by itself, and deleted without its source noticing but by its list', async () => {
  const all = processes();
  const process = all.start();
  const { flow } = talk(process);
  await (await flow.start([...start], { id: 'source' })).result();
  await (await process.reprise.executions.replay('source', { from: 'model#2', id: 'replay' })).result();
  const data = JSON.parse(JSON.stringify(await process.reprise.executions.export('replay')));
  await settled();
  await process.reprise.executions.delete('replay');
  expect((await process.reprise.executions.get('source')).replays).toEqual([]);
  expect(await all.driver.scan?.('reprise/m/', { limit: 10 })).toEqual([]);

  const elsewhere = processes().start();
  await elsewhere.reprise.executions.import(data);
  const { replayOf, journal } = await elsewhere.reprise.executions.get('replay');
  expect(replayOf?.execution).toBe('source');
  expect(journal.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed']);
});

test('what is encrypted or redacted in the source is so in the replay', async () => {
  const store = memoryDriver();
  const redact = (value: unknown) => (typeof value === 'string' ? value.replace('secret', '***') : value);
  const reprise = new Reprise({ store, encrypt: 'a key of some length', redact });
  const echo = checkpoint('echo', async (text: string) => text);
  const flow = reprise.flow('echo twice', async (text: string) => [await echo(text), await echo('again')]);
  await (await flow.start('my secret', { id: 'source' })).result();
  const overrides = { 'echo#2': { output: 'another secret' } };
  const replay = await reprise.executions.replay('source', { overrides });
  expect(await replay.result()).toEqual(['my ***', 'another ***']);
  for (const { value } of (await store.scan?.('', { limit: 1_000 })) ?? []) {
    expect(value).not.toMatch(/secret|again|\*\*\*/);
  }
});

test('a failed execution is replayed from the call that failed, or from an earlier one', async () => {
  const { reprise } = processes().start();
  let isDown = true;
  const made: string[] = [];
  const fetch = checkpoint('fetch', async () => made.push('fetch'));
  const send = checkpoint('send', async () => {
    made.push('send');
    if (isDown) throw new Error('down');
    return 'sent';
  });
  const flow = reprise.flow('mail', async () => {
    await fetch();
    return send();
  });
  await expect((await flow.start(undefined, { id: 'source' })).result()).rejects.toThrow('down');
  isDown = false;
  for (const options of [{ from: 'send' }, { reuse: 'unchanged' }] as const) {
    made.length = 0;
    expect(await (await reprise.executions.replay('source', options)).result()).toBe('sent');
    expect(made).toEqual(['send']);
  }
  expect((await reprise.executions.get('source')).status).toBe('failed');
});

test('a crashed execution is replayed, and calls that had begun in it are made, not doubted', async () => {
  const all = processes();
  const define = ({ reprise }: Process, isStuck: boolean) => {
    const pay = checkpoint('pay', () => (isStuck ? never() : Promise.resolve('paid')), { effect: 'once' });
    const note = checkpoint('note', async () => 'noted');
    return reprise.flow('order', async () => [await note(), await pay()]);
  };
  const first = all.start();
  await define(first, true).start(undefined, { id: 'source' });
  await settled();
  first.kill();
  const second = all.start();
  define(second, false);
  const replay = await second.reprise.executions.replay('source', { reuse: 'unchanged' });
  expect(await replay.result()).toEqual(['noted', 'paid']);
  expect((await second.reprise.executions.get(replay.id)).calls).toEqual({ made: 1, served: 1 });
});

test('a child flow that had ended is kept whole, and one that is made again is a child of the replay', async () => {
  const { reprise } = processes().start();
  const made: string[] = [];
  const step = checkpoint('step', async (name: string) => made.push(name));
  const child = reprise.flow('child', async (name: string) => {
    await step(name);
    return name;
  });
  const flow = reprise.flow('parent', async () => [await child('a'), await child('b')]);
  await (await flow.start(undefined, { id: 'source' })).result();
  made.length = 0;
  const replay = await reprise.executions.replay('source', { from: 'child#2', id: 'replay' });
  expect(await replay.result()).toEqual(['a', 'b']);
  expect(made).toEqual(['b']);
  expect(await reprise.executions.list({ parent: 'replay' })).toHaveLength(1);

  const [one] = await reprise.executions.list({ parent: 'source' });
  const alone = await reprise.executions.replay(one?.id as string, { from: 'step' });
  await alone.result();
  expect((await reprise.executions.get(alone.id)).parent).toBeUndefined();
});

test('the code may have changed: what it still asks for is kept, and what is new is made', async () => {
  const all = processes();
  const made: string[] = [];
  const step = (name: string) =>
    checkpoint(name, async (given: string) => {
      made.push(name);
      return `${given} ${name}`;
    });
  const [research, check, write] = [step('research'), step('check'), step('write')];
  const first = all.start();
  const before = first.reprise.flow('article', async (topic: string) => write(await research(topic)));
  await (await before.start('otters', { id: 'source' })).result();
  made.length = 0;
  const second = all.start();
  second.reprise.flow('article', async (topic: string) => write(await check(await research(topic))));
  const replay = await second.reprise.executions.replay('source', { from: 'write' });
  expect(await replay.result()).toBe('otters research check write');
  expect(made).toEqual(['check', 'write']);
});

test('a failure that was caught before the call is thrown again, and is not made again', async () => {
  const { reprise } = processes().start();
  let made = 0;
  const fetch = checkpoint('fetch', async () => {
    made++;
    throw new Error('down');
  });
  const write = checkpoint('write', async (text: string) => text);
  const flow = reprise.flow('careful', async () => write(await fetch().catch((error: Error) => error.message)));
  await (await flow.start(undefined, { id: 'source' })).result();
  expect(await (await reprise.executions.replay('source', { from: 'write' })).result()).toBe('down');
  expect(made).toBe(1);
});

test('an override that was met by another way is still in force when its call is made again after a crash', async () => {
  const all = processes();
  const define = ({ reprise }: Process, isStuck: boolean) => {
    const think = checkpoint('think', async () => 'publish');
    const search = checkpoint('search', async () => 'found');
    const publish = checkpoint('publish', async (text: string) => {
      await search();
      return isStuck ? never() : text;
    });
    return reprise.flow('agent', async () => {
      if ((await think()) === 'search') await search();
      return publish('the truth');
    });
  };
  const first = all.start();
  await (await define(first, false).start(undefined, { id: 'source' })).result();
  first.kill();
  const second = all.start();
  define(second, true);
  const overrides = { think: { output: 'search' }, publish: { input: ['a lie'] } };
  await second.reprise.executions.replay('source', { overrides, id: 'replay' });
  await settled();
  second.kill();
  const third = all.start();
  define(third, false);
  expect(await (await third.reprise.executions.resume('replay')).result()).toBe('a lie');
});

test('a failure that was caught is kept although nothing shows that before the call begins', async () => {
  const { reprise } = processes().start();
  let made = 0;
  let go = gate();
  const fail = checkpoint('fail', async () => {
    made++;
    throw new Error('no');
  });
  const first = checkpoint('first', async () => settled());
  const anchor = checkpoint('anchor', async () => go.resolve());
  const more = checkpoint('more', async () => 'more');
  const inner = checkpoint('inner', async () => {
    await fail().catch(() => {});
    await go.promise;
    return more();
  });
  const flow = reprise.flow('f', async () => Promise.all([inner(), first().then(() => anchor())]));
  await (await flow.start(undefined, { id: 'source' })).result();
  go = gate();
  await (await reprise.executions.replay('source', { from: 'anchor' })).result();
  expect(made).toBe(1);
});

test('a call of the replay that failed is made again when the replay is resumed', async () => {
  const { reprise } = processes().start();
  let isDown = false;
  const step = (name: string) =>
    checkpoint(name, async (text: string) => {
      if (isDown) throw new Error('down');
      return text + name;
    });
  const [a, b, c, d] = [step('a'), step('b'), step('c'), step('d')];
  const flow = reprise.flow('chain', async () => d(await c(await b(await a('')))));
  await (await flow.start(undefined, { id: 'source' })).result();
  isDown = true;
  const overrides = { b: { output: 'ab' } };
  const replay = await reprise.executions.replay('source', { from: 'a', overrides, reuse: 'unchanged' });
  await expect(replay.result()).rejects.toThrow('down');
  isDown = false;
  expect(await (await reprise.executions.resume(replay.id)).result()).toBe('abcd');
});
