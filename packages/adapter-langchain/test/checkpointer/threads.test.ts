import { describe, expect, test } from 'vitest';
import { collected, named, put, sharedMemory, valuesOf } from './checkpoints.ts';

// biome-ignore format: a list of words
const IDS = [
  '*', '?', '%', '_', '[a-z]', 'a', 'A', 'a/b', 'a/', '/a', 'a:b', '../a', '.', ' ', 'a ', '\u00e4', 'a\u0308', '🦦',
  '\ud800', '\0', '\n', '__proto__', 'constructor', 'reprise/lg/t/', "'; DROP TABLE keyv; --", 'x'.repeat(300),
  'x'.repeat(301), '["a"]', '["a","b"]',
];

describe('any text names a thread', () => {
  test('that has nothing to do with any other', async () => {
    const saver = sharedMemory().connect();
    for (const id of IDS) await put(saver, named(id), { id });
    for (const id of IDS) expect(await valuesOf(saver, named(id))).toEqual({ id });
    for (const id of IDS) {
      const mine = await collected(saver.list(named(id)));
      expect(mine.map(({ checkpoint }) => checkpoint.channel_values)).toEqual([{ id }]);
    }
    expect(await collected(saver.list({}))).toHaveLength(IDS.length);
  });

  test('and is deleted alone', async () => {
    const saver = sharedMemory().connect();
    for (const id of IDS) await put(saver, named(id), { id });
    const left = [...IDS];
    for (const id of IDS) {
      await saver.deleteThread(id);
      left.shift();
      expect(await valuesOf(saver, named(id))).toBeUndefined();
      const others = await collected(saver.list({}));
      expect(others.map(({ config }) => config.configurable?.thread_id).sort()).toEqual([...left].sort());
    }
  });

  test('and any text names a namespace in it', async () => {
    const saver = sharedMemory().connect();
    for (const id of ['', ...IDS]) await put(saver, named('t', id), { id });
    for (const id of ['', ...IDS]) expect(await valuesOf(saver, named('t', id))).toEqual({ id });
    expect(await collected(saver.list({ configurable: { thread_id: 't' } }))).toHaveLength(IDS.length + 1);
  });
});

test.each([
  [7, 'configurable.thread_id is a number'],
  ['', 'configurable.thread_id is an empty string'],
  [null, 'configurable.thread_id is null'],
])('what is no name is refused: %j', async (id, message) => {
  const saver = sharedMemory().connect();
  await expect(put(saver, named(id as string), {})).rejects.toThrow(message);
  await expect(saver.getTuple(named(id as string))).rejects.toThrow(message);
});

test('without a thread, nothing is found and nothing is stored', async () => {
  const saver = sharedMemory().connect();
  expect(await saver.getTuple({})).toBeUndefined();
  await expect(put(saver, {}, {})).rejects.toThrow('pass { configurable: { thread_id: "…" } } to invoke or stream');
  await expect(saver.putWrites(named('t'), [['a', 1]], 'task')).rejects.toThrow('has a checkpoint_id');
});

test('what was stored first is not taken for the latest because it came last', async () => {
  const store = sharedMemory();
  const [one, other] = [store.connect(), store.connect()];
  const early = await put(one, named('t'), { at: 'early' });
  const late = await put(other, named('t'), { at: 'late' });
  const again = await one.get(early);
  if (again !== undefined) await one.put(named('t'), again, { source: 'loop', step: 0, parents: {} });
  expect((await store.connect().getTuple(named('t')))?.config).toEqual(late);
  const all = await collected(store.connect().list(named('t')));
  expect(all.map(({ config }) => config)).toEqual([late, early]);
});
