import { expect, test } from 'vitest';
import { checkpoint } from '../../src/index.ts';
import { gate, processes } from '../processes.ts';

test('a flow that is called resolves with what its function returned', async () => {
  const { reprise } = processes().start();
  const double = reprise.flow('double', async (n: number) => n * 2);
  expect(await double(21)).toBe(42);
});

test('a flow may be a function that is not async', async () => {
  const { reprise } = processes().start();
  expect(await reprise.flow('plain', (text: string) => text.length)('otter')).toBe(5);
});

test('a flow that throws rejects with the same error, not a copy', async () => {
  const { reprise } = processes().start();
  const error = new RangeError('too far');
  const fails = reprise.flow('fails', async () => {
    throw error;
  });
  await expect(fails()).rejects.toBe(error);
});

test('a flow that throws something that is no error rejects with just that', async () => {
  const { reprise } = processes().start();
  const fails = reprise.flow('fails', async () => {
    throw 'a string';
  });
  await expect(fails()).rejects.toBe('a string');
  const [{ error } = {}] = await reprise.executions.list();
  expect(error).toEqual({ name: 'string', message: 'a string' });
});

test('each call of a flow is an execution of its own', async () => {
  const { reprise } = processes().start();
  const echo = reprise.flow('echo', async (text: string) => text);
  await Promise.all([echo('a'), echo('a')]);
  const found = await reprise.executions.list();
  expect(found).toHaveLength(2);
  expect(new Set(found.map(({ id }) => id)).size).toBe(2);
});

test('start resolves with a handle before the work is done', async () => {
  const { reprise } = processes().start();
  const open = gate<string>();
  const slow = reprise.flow('slow', async () => open.promise);

  const handle = await slow.start(undefined, { id: 'early' });
  expect(handle.id).toBe('early');
  expect(await handle.status()).toBe('running');

  open.resolve('done');
  expect(await handle.result()).toBe('done');
  expect(await handle.status()).toBe('completed');
});

test('a handle gives its result as often as it is asked', async () => {
  const { reprise } = processes().start();
  const handle = await reprise.flow('once', async () => ({ n: 1 })).start(undefined);
  expect(await handle.result()).toEqual({ n: 1 });
  expect(await handle.result()).toEqual({ n: 1 });
});

test('a failed flow that nobody asks for its result does not end the process', async () => {
  const { reprise } = processes().start();
  const handle = await reprise
    .flow('fails', async () => {
      throw new Error('unheard');
    })
    .start(undefined);
  await reprise.close();
  await expect(handle.result()).rejects.toThrow('unheard');
});

test('the result of a flow that cannot be stored fails it, and the message names the part', async () => {
  const { reprise } = processes().start();
  const bad = reprise.flow('bad', async () => ({ user: { save: () => {} } }));
  await expect(bad()).rejects.toMatchObject({ code: 'REPRISE_UNSTORABLE_VALUE', path: 'result.user.save' });
});

test('a finished execution shows its input, its result and its calls in order', async () => {
  const { reprise } = processes().start();
  const one = checkpoint('one', async (n: number) => n + 1);
  const two = checkpoint('two', async (n: number) => n * 2);
  const handle = await reprise.flow('sum', async (n: number) => two(await one(n))).start(3);
  expect(await handle.result()).toBe(8);
  const record = await reprise.executions.get(handle.id);
  expect(record).toMatchObject({
    flow: 'sum',
    status: 'completed',
    input: 3,
    result: 8,
    error: undefined,
    calls: { made: 2, served: 0 },
  });
  expect(record.journal.map(({ name, input, output }) => [name, input, output])).toEqual([
    ['one', [3], 4],
    ['two', [4], 8],
  ]);
});
