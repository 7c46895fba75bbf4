import { beforeEach, describe, expect, test } from 'vitest';
import { KeyvSaver } from '../../src/index.ts';
import { named, put, sharedMemory } from './checkpoints.ts';
import { words } from './talk.ts';

let store: ReturnType<typeof sharedMemory>;
let saver: KeyvSaver;
let config: Awaited<ReturnType<typeof put>>;

beforeEach(async () => {
  store = sharedMemory();
  saver = store.connect();
  config = await put(saver, named('t'), {});
});

const pending = async () => (await store.connect().getTuple(config))?.pendingWrites;

describe('what tasks write upon a checkpoint', () => {
  test('is all there, however many write at once and from however many processes', async () => {
    const savers = [saver, store.connect(), store.connect()];
    const tasks = Array.from({ length: 150 }, (_, n) => `task ${String(n).padStart(3, '0')}`);
    await Promise.all(
      tasks.map((task, n) =>
        savers[n % 3]?.putWrites(
          config,
          [
            ['a', n],
            ['b', words(task)],
          ],
          task,
        ),
      ),
    );
    expect(await pending()).toEqual(
      tasks.flatMap((task, n) => [
        [task, 'a', n],
        [task, 'b', words(task)],
      ]),
    );
  });

  test('at once takes few writes to the store', async () => {
    const before = (await store.keys()).length;
    await Promise.all(Array.from({ length: 50 }, (_, n) => saver.putWrites(config, [['a', n]], `task ${n}`)));
    expect((await store.keys()).length - before).toBeLessThan(5);
  });

  test('comes in the order of the tasks in the graph, as LangGraph sorts them', async () => {
    await saver.putWrites(config, [['a', 1]], 'x', '~ 2');
    await saver.putWrites(
      config,
      [
        ['a', 2],
        ['a', 3],
      ],
      'z',
      '~ 1',
    );
    await saver.putWrites(config, [['a', 4]], 'y', '~ 1');
    await saver.putWrites(config, [['a', 5]], 'w');
    await saver.putWrites(config, [['a', 6]], 'v', '\u{1f9a6}');
    await saver.putWrites(config, [['a', 7]], 'u', '\uffff');
    expect((await pending())?.map(([, , value]) => value)).toEqual([5, 4, 2, 3, 1, 7, 6]);
  });

  test('is not changed by a task that runs again', async () => {
    await saver.putWrites(
      config,
      [
        ['a', 'first'],
        ['b', 'first'],
      ],
      'task',
    );
    await store.connect().putWrites(
      config,
      [
        ['a', 'again'],
        ['b', 'again'],
        ['c', 'again'],
      ],
      'task',
    );
    expect(await pending()).toEqual([
      ['task', 'a', 'first'],
      ['task', 'b', 'first'],
      ['task', 'c', 'again'],
    ]);
  });

  test('is replaced where a task has only one: its error, its question, its answer', async () => {
    const one = ['__error__', '__interrupt__', '__resume__', '__scheduled__'];
    for (const value of ['first', 'second']) {
      for (const channel of one) await saver.putWrites(config, [[channel, value]], 'task');
    }
    expect((await pending())?.map(([, channel, value]) => [channel, value]).sort()).toEqual(
      one.map((channel) => [channel, 'second']),
    );
  });

  test('may come before the checkpoint itself', async () => {
    const early = { configurable: { thread_id: 'new', checkpoint_ns: '', checkpoint_id: 'c1' } };
    await saver.putWrites(early, [['a', 1]], 'task');
    expect(await saver.getTuple(early)).toBeUndefined();
    expect(await saver.getTuple(named('new'))).toBeUndefined();
  });
});

test('checkpoints that are put at once, by several processes, are all found', async () => {
  const savers = [saver, store.connect(), store.connect()];
  const put90 = Array.from({ length: 90 }, (_, n) => put(savers[n % 3] as KeyvSaver, named('busy'), { n }));
  const ids = (await Promise.all(put90)).map(({ configurable }) => configurable?.checkpoint_id).sort();
  const found: unknown[] = [];
  for await (const { config } of store.connect().list(named('busy'))) found.push(config.configurable?.checkpoint_id);
  expect(found).toEqual(ids.reverse());
  expect((await store.connect().getTuple(named('busy')))?.checkpoint.channel_values).toEqual({ n: 89 });
});

test('a thousand checkpoints are found again by a process that has seen none of them', async () => {
  for (let n = 0; n < 1_000; n++) await put(saver, named('long'), { n });
  let reads = 0;
  const getMany = (keys: readonly string[]) => {
    reads += 1;
    return store.driver.getMany(keys);
  };
  const fresh = new KeyvSaver({ store: { ...store.driver, getMany } });
  expect((await fresh.getTuple(named('long')))?.checkpoint.channel_values).toEqual({ n: 999 });
  expect(reads).toBeLessThan(12);
});
