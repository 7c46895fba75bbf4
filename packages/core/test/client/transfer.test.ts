import { expect, test } from 'vitest';
import { checkpoint, type ExecutionExport, StateError, UsageError, wait } from '../../src/index.ts';
import { failure, gate, type Process, processes, settled, waiting } from '../processes.ts';

const big = checkpoint('big', async () => 'x'.repeat(100_000));

const define = ({ reprise }: Process) => {
  const child = reprise.flow('child', async () => wait<string>('approve'));
  return reprise.flow('f', async (input: { topic: string }) => [input.topic, (await big()).length, await child()]);
};

/** An execution that stands at the wait of its child, with a large value and an answer on its way. */
async function exported(options: { encrypt?: string } = {}) {
  const all = processes();
  const process = all.start(options);
  const { waits } = await waiting((await define(process).start({ topic: 'otters' }, { id: 'x' })).result());
  await settled();
  await process.reprise.waits.answer(waits[0]?.execution as string, 'approve', 'yes');
  const data = await process.reprise.executions.export('x');
  return { all, ...process, data: JSON.parse(JSON.stringify(data)) as ExecutionExport };
}

test('an export goes on in another store: calls served, answers taken, children and large values with it', async () => {
  const { data } = await exported();
  const elsewhere = processes().start();
  const flow = define(elsewhere);
  await elsewhere.reprise.executions.import(data);
  expect(await (await flow.start({ topic: 'otters' }, { id: 'x' })).result()).toEqual(['otters', 100_000, 'yes']);
  expect(elsewhere.story).toContain('served big');
  expect(elsewhere.story).not.toContain('made big');
});

test('an export is whole: exported again it is the same', async () => {
  const { data } = await exported();
  const { reprise } = processes().start();
  await reprise.executions.import(data);
  expect(await reprise.executions.export('x')).toEqual(data);
});

test('encryption is taken off, and put on again with the key of the other store', async () => {
  const { data } = await exported({ encrypt: 'the key of the first store' });
  expect(JSON.stringify(data)).toContain('otters');
  const all = processes();
  const elsewhere = all.start({ encrypt: 'the key of the second store' });
  await elsewhere.reprise.executions.import(data);
  for (const { value } of (await all.driver.scan?.('', { limit: 100 })) ?? []) expect(value).toMatch(/^r1x:/);
  expect((await (await define(elsewhere).start({ topic: 'otters' }, { id: 'x' })).result())[2]).toBe('yes');
});

test('it holds no other execution, not even one whose id begins with the same words', async () => {
  const { reprise } = processes().start();
  const child = reprise.flow('child', async () => 1);
  const f = reprise.flow('f', () => child());
  for (const id of ['order', 'order.1', 'order-1']) await (await f.start(undefined, { id })).result();
  await settled();
  const { entries } = await reprise.executions.export('order');
  expect(Object.keys(entries).filter((key) => key.startsWith('reprise/h/'))).toHaveLength(2);
  expect(Object.keys(entries).filter((key) => /order[.-]1/.test(key))).toEqual([]);
});

test('an id that is taken is refused, and nothing of what is there is changed', async () => {
  const { all, reprise, data } = await exported();
  const before = await all.driver.scan?.('', { limit: 100 });
  const error = await failure(reprise.executions.import(data));
  expect(error).toBeInstanceOf(StateError);
  expect(error.message).toMatch(/Execution x, or a child of it, exists in .* already/);
  expect(await all.driver.scan?.('', { limit: 100 })).toEqual(before);
});

test('what is damaged, foreign or of another version is refused, and nothing is stored', async () => {
  const { data } = await exported();
  const all = processes();
  const { reprise } = all.start();
  const [segment = ''] = Object.keys(data.entries).filter((key) => key.startsWith('reprise/j/'));
  const withEntries = (entries: object) => ({ ...data, entries });
  const damaged: [unknown, RegExp][] = [
    [undefined, /takes what executions.export gave/],
    ['a string', /takes what executions.export gave/],
    [{}, /takes what executions.export gave/],
    [{ ...data, reprise: 2 }, /has the version 2; this release reads version 1/],
    [{ ...data, execution: 'y' }, /does not hold the execution 'y'/],
    [withEntries({}), /does not hold the execution 'x'/],
    [withEntries(null as never), /takes what executions.export gave/],
    [withEntries({ ...data.entries, 'users/1': '{}' }), /an entry 'users\/1'/],
    [withEntries({ ...data.entries, [segment]: 5 }), /is damaged/],
    [withEntries({ ...data.entries, [segment]: '{"v":1' }), /cannot be read/],
    [withEntries({ ...data.entries, [segment]: '{"v":9}' }), /cannot be read/],
    [withEntries({ ...data.entries, 'reprise/h/x': '{"v":9}' }), /cannot be read/],
    [withEntries(changed(data.entries, 'otters', 'badger')), /its checksum does not fit/],
    [{ ...data, checksum: '' }, /its checksum does not fit/],
  ];
  for (const [bad, says] of damaged) {
    const error = await failure(reprise.executions.import(bad as ExecutionExport));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(says);
  }
  expect(await all.driver.scan?.('', { limit: 10 })).toEqual([]);
});

test('an export without a checksum, as the first releases wrote them, is read whole before anything of it is stored', async () => {
  const { data } = await exported();
  const { checksum: _, ...old } = data;
  const all = processes();
  const { reprise } = all.start();
  const find = (start: string) => Object.keys(old.entries).filter((key) => key.startsWith(start));
  const [first = '', second = ''] = find('reprise/j/x/');
  const [blob = ''] = find('reprise/b/x/');
  const [letter = ''] = find('reprise/m/x');
  const text = (key: string) => old.entries[key] as string;
  const without = (key: string) => ({ [key]: undefined });
  const damaged: [changes: Record<string, string | undefined>, says: RegExp][] = [
    [without(first), new RegExp(`entry '${first}' cannot be read`)],
    [without(second), new RegExp(`entry '${second}' cannot be read`)],
    [without(blob), new RegExp(`entry '${blob}' cannot be read`)],
    [{ [blob]: text(blob).replace('x', 'y') }, new RegExp(`an entry '${blob}'`)],
    [{ [letter]: '{"v":2}' }, new RegExp(`entry '${letter}' cannot be read`)],
    [{ [letter]: '{"v":1}' }, new RegExp(`entry '${letter}' cannot be read`)],
    [{ 'reprise/m/x/cancel': '{"v":1}' }, /entry 'reprise\/m\/x\/cancel' cannot be read/],
    [{ 'reprise/h/x': '{"v":1}' }, /entry 'reprise\/h\/x' cannot be read/],
    [{ 'reprise/h/x': text('reprise/h/x').replace('"id":"x"', '"id":"y"') }, /entry 'reprise\/h\/x' cannot be read/],
    [{ [second]: text(second).replace('"t":"', '"T":"') }, new RegExp(`entry '${second}' cannot be read`)],
    [{ 'reprise/j/x/8': text(first) }, /entry 'reprise\/j\/x\/8' cannot be read/],
    [{ 'reprise/j/y/00000000': text(first) }, /an entry 'reprise\/j\/y\/00000000'/],
  ];
  for (const [changes, says] of damaged) {
    const entries = JSON.parse(JSON.stringify({ ...old.entries, ...changes }));
    const error = await failure(reprise.executions.import({ ...old, entries }));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(says);
  }
  expect(await all.driver.scan?.('', { limit: 10 })).toEqual([]);
  await reprise.executions.import(old);
  expect(await reprise.executions.export('x')).toEqual(data);
});

test('an import does not write over a journal whose status is lost', async () => {
  const { data } = await exported();
  const elsewhere = processes();
  const other = elsewhere.start().reprise;
  const f = other.flow('f', async () => 1);
  await (await f.start({ topic: 'owls' }, { id: 'x' })).result();
  await settled();
  await elsewhere.driver.deleteMany(['reprise/h/x']);
  const before = await elsewhere.driver.scan?.('', { limit: 100 });
  const error = await failure(other.executions.import(data));
  expect(error).toBeInstanceOf(StateError);
  expect(error.message).toMatch(/holds reprise\/j\/x\/00000000 of another execution 'x'.*whose status is lost/);
  expect(await elsewhere.driver.scan?.('', { limit: 100 })).toEqual(before);
});

test('an import does not write under a longer journal of the same execution whose status is lost', async () => {
  const all = processes();
  const { reprise } = all.start();
  const f = reprise.flow('f', () => wait('approve'));
  const run = async () => (await f.start(undefined, { id: 'x' })).result();
  await waiting(run());
  const data = await reprise.executions.export('x');
  await reprise.waits.answer('x', 'approve', true);
  await run();
  await settled();
  await all.driver.deleteMany(['reprise/h/x']);
  const before = await all.driver.scan?.('', { limit: 100 });
  expect(await failure(reprise.executions.import(data))).toBeInstanceOf(StateError);
  expect(await all.driver.scan?.('', { limit: 100 })).toEqual(before);
});

function changed(entries: ExecutionExport['entries'], from: string, to: string): object {
  return JSON.parse(JSON.stringify(entries).replaceAll(from, to));
}

test('an import that was interrupted shows nothing, and can be done again', async () => {
  const { data } = await exported();
  const all = processes();
  const { set } = all.driver;
  let writes = 0;
  Object.assign(all.driver, {
    set: (key: string, value: string) => (++writes > 3 ? Promise.reject(new Error('interrupted')) : set(key, value)),
  });
  const { reprise } = all.start();
  await expect(reprise.executions.import(data)).rejects.toMatchObject({ code: 'REPRISE_STORE' });
  expect(await reprise.executions.list()).toEqual([]);
  writes = Number.NEGATIVE_INFINITY;
  await reprise.executions.import(data);
  expect(await reprise.executions.export('x')).toEqual(data);
});

test('an execution that goes on while it is exported can be imported', async () => {
  const all = processes();
  const { reprise } = all.start();
  const open = gate();
  const step = reprise.checkpoint('step', async () => open.promise);
  const f = reprise.flow('f', async () => {
    await step();
    return 'done';
  });
  const handle = await f.start(undefined, { id: 'x' });
  await settled();
  const { scan } = all.driver;
  Object.assign(all.driver, {
    scan: async (prefix: string, options: { limit: number }) => {
      const found = await scan?.(prefix, options);
      if (!prefix.startsWith('reprise/m/x/')) return found;
      // Its journal has been listed; what it holds has not been read.
      open.resolve();
      await handle.result();
      await settled();
      return found;
    },
  });
  const data = await reprise.executions.export('x');
  const elsewhere = processes().start().reprise;
  await elsewhere.executions.import(data);
  expect((await elsewhere.executions.get('x')).id).toBe('x');
});
