import type { Driver } from '@reprise/core/store';
import { describe, expect, test } from 'vitest';
import { KeyvSaver } from '../../src/index.ts';
import { collected, named, put, sharedMemory, valuesOf } from './checkpoints.ts';
import { talk, words } from './talk.ts';

const text = words('kept ').repeat(3);

async function fill(saver: KeyvSaver, thread: string): Promise<void> {
  for (let step = 0; step < 3; step++) {
    for (const space of ['', 'child']) {
      const config = await put(saver, named(thread, space), {
        text,
        list: [{ step, text: words(`${step} ${space}`) }],
      });
      await saver.putWrites(config, [['text', [text, words(`written ${step}`)]]], 'task');
    }
  }
}

/** A store that fails from its n-th removal on, as if the process had ended there. */
function failingAt(driver: Driver, n: number): Driver {
  let left = n;
  return {
    ...driver,
    async deleteMany(keys) {
      if (left-- <= 0) throw new Error('the process has ended');
      await driver.deleteMany(keys);
    },
  };
}

describe.each([true, false])('a thread that is deleted from a store that can list its keys: %s', (isListable) => {
  const memory = () => sharedMemory({ isListable });

  test('leaves nothing in the store', async () => {
    const store = memory();
    await fill(store.connect(), 't');
    await store.connect().deleteThread('t');
    expect(await store.keys()).toEqual([]);
  });

  test('after a whole conversation, too', async () => {
    const store = memory();
    await talk(store.connect(), 12, 't');
    await store.connect().deleteThread('t');
    expect(await store.keys()).toEqual([]);
  });

  test('takes nothing from another that holds the same', async () => {
    const store = memory();
    await fill(store.connect(), 'one');
    await fill(store.connect(), 'other');
    const before = await collected(store.connect().list(named('other')));
    await store.connect().deleteThread('one');
    expect(await collected(store.connect().list(named('other')))).toEqual(before);
  });

  test('can begin anew, also for a process that knew it before', async () => {
    const store = memory();
    const [one, other] = [store.connect(), store.connect()];
    await fill(one, 't');
    await other.deleteThread('t');
    expect(await one.getTuple(named('t'))).toBeUndefined();
    await put(one, named('t'), { text });
    expect(await valuesOf(other, named('t'))).toEqual({ text });
    expect(await collected(other.list({ configurable: { thread_id: 't' } }))).toHaveLength(1);
  });

  test('is gone at once and wholly, wherever the deletion is cut off; doing it again finishes it', async () => {
    let cut = true;
    for (let n = 0; cut; n++) {
      const store = memory();
      await fill(store.connect(), 't');
      cut = await new KeyvSaver({ store: failingAt(store.driver, n) }).deleteThread('t').then(
        () => false,
        () => true,
      );
      const saver = store.connect();
      expect(await saver.getTuple(named('t'))).toBeUndefined();
      expect(await collected(saver.list(named('t')))).toEqual([]);
      if (n % 2 === 0) await saver.deleteThread('t');
      else {
        await put(saver, named('t'), { text });
        expect(await valuesOf(saver, named('t'))).toEqual({ text });
        await saver.deleteThread('t');
      }
      expect(await store.keys()).toEqual([]);
    }
  });

  test('need not exist', async () => {
    await expect(memory().connect().deleteThread('t')).resolves.toBeUndefined();
  });
});

test('what a process that was killed has written of a checkpoint goes with its thread, and damaged records go, too', async () => {
  const store = sharedMemory();
  await fill(store.connect(), 't');
  let left = 3;
  const killed: Driver = {
    ...store.driver,
    async set(key, value) {
      if (left-- <= 0) throw new Error('the process has ended');
      await store.driver.set(key, value);
    },
  };
  const before = (await store.keys()).length;
  const values = { text: words('never seen'), list: [{ text: words('nor this') }], more: words('nor that') };
  await expect(put(new KeyvSaver({ store: killed }), named('t'), values)).rejects.toThrow('the process has ended');
  const [some = ''] = (await store.keys()).slice(before);
  await store.driver.set(some, 'damaged');
  await store.connect().deleteThread('t');
  expect(await store.keys()).toEqual([]);
});
