import { CorruptRecordError, StoreError, StoreOpenError, UsageError } from '@reprise/core';
import type { Driver } from '@reprise/core/store';
import Keyv from 'keyv';
import { describe, expect, test } from 'vitest';
import { KeyvSaver } from '../../src/index.ts';
import { collected, named, put, sharedMemory, valuesOf } from './checkpoints.ts';
import { words } from './talk.ts';

const failure = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no error',
    (error) => error,
  );

describe('a store that fails', () => {
  test('never reads as a thread without a checkpoint', async () => {
    const store = sharedMemory();
    await put(store.connect(), named('t'), { list: [words('said')] });
    let reads = 0;
    let failAt = Number.POSITIVE_INFINITY;
    const driver: Driver = {
      ...store.driver,
      getMany: async (keys) => {
        if (reads++ === failAt) throw new Error('connection lost');
        return store.driver.getMany(keys);
      },
    };
    await new KeyvSaver({ store: driver }).getTuple(named('t'));
    const needed = reads;
    expect(needed).toBeGreaterThan(3);
    for (failAt = 0; failAt < needed; failAt++) {
      reads = 0;
      const error = await failure(new KeyvSaver({ store: driver }).getTuple(named('t')));
      expect(StoreError.isInstance(error)).toBe(true);
    }
  });

  test('that is a Keyv which answers "absent" without an error is found out', async () => {
    const keyv = new Keyv();
    const saver = new KeyvSaver({ store: keyv });
    await put(saver, named('t'), { a: 1 });
    (keyv.opts.store as Map<string, unknown>).clear();
    const error = await failure(saver.getTuple(named('t')));
    expect(StoreError.isInstance(error)).toBe(true);
    expect(String(error)).toContain('its "absent" proves nothing');
  });

  test('leaves the checkpoint before as the latest, at whichever write it fails; the same put then succeeds', async () => {
    let done = false;
    for (let failAt = 0; !done; failAt++) {
      const store = sharedMemory();
      await put(store.connect(), named('t'), { list: [words('before')] });
      let writes = 0;
      const fail = () => {
        if (writes++ >= failAt) throw new Error('connection lost');
      };
      const driver: Driver = {
        ...store.driver,
        set: async (key, value) => {
          fail();
          await store.driver.set(key, value);
        },
        putIfAbsent: async (key, value) => {
          fail();
          return (await store.driver.putIfAbsent?.(key, value)) === true;
        },
      };
      const values = { list: [words('before'), words('after')], more: 1 };
      done = (await failure(put(new KeyvSaver({ store: driver }), named('t'), values))) === 'no error';
      const latest = await valuesOf(store.connect(), named('t'));
      expect(latest).toEqual(done ? values : { list: [words('before')] });
      await put(store.connect(), named('t'), values);
      expect(await valuesOf(store.connect(), named('t'))).toEqual(values);
    }
  });

  test('at opening is asked again at the next call', async () => {
    const store = sharedMemory();
    let down = true;
    const { honest: _, ...plain } = store.driver as Driver & { honest?: true };
    const driver: Driver = {
      ...plain,
      set: async (key, value) => {
        if (down) throw new Error('not up yet');
        return plain.set(key, value);
      },
    };
    const saver = new KeyvSaver({ store: driver });
    expect(StoreOpenError.isInstance(await failure(saver.getTuple(named('t'))))).toBe(true);
    down = false;
    expect(await saver.getTuple(named('t'))).toBeUndefined();
  });
});

describe('damage', () => {
  test('to any record is an error that names it, and not a checkpoint that is not there', async () => {
    const store = sharedMemory();
    await put(store.connect(), named('t'), { list: [words('said')] });
    for (const key of await store.keys()) {
      const [value] = await store.driver.getMany([key]);
      await store.driver.set(key, `${value?.slice(0, -2)}x`);
      const saver = store.connect();
      const error = await failure(
        Promise.all([saver.getTuple(named('t')), collected(saver.list({ configurable: { thread_id: 't' } }))]),
      );
      expect(error).toMatchObject({ code: 'REPRISE_CORRUPT_RECORD', key });
      await store.driver.set(key, value ?? '');
    }
  });

  test('by the loss of a checkpoint or of what it says is an error, too', async () => {
    const store = sharedMemory();
    await put(store.connect(), named('t'), { list: [words('said')] });
    for (const key of (await store.keys()).filter((key) => /\/[co]\//.test(key))) {
      const [value] = await store.driver.getMany([key]);
      await store.driver.deleteMany([key]);
      const error = await failure(store.connect().getTuple(named('t')));
      expect(CorruptRecordError.isInstance(error) && error.key).toBe(key);
      await store.driver.set(key, value ?? '');
    }
    expect(await valuesOf(store.connect(), named('t'))).toEqual({ list: [words('said')] });
  });
});

test('a Keyv in the place of the options is refused, with the right way to write it', () => {
  for (const options of [new Keyv(), 'memory:', null]) {
    expect(() => new KeyvSaver(options as never)).toThrow(UsageError);
    expect(() => new KeyvSaver(options as never)).toThrow('new KeyvSaver({ store })');
  }
});

test('what is no option is refused, and says what there is', () => {
  const given = (options: object) => () => new KeyvSaver(options);
  expect(given({ encypt: 'a secret of some length' })).toThrow(
    "KeyvSaver has no option 'encypt'. It takes: store, encrypt, redact, serde.",
  );
  expect(given({ redact: true })).toThrow("Option 'redact' of KeyvSaver must be a function; it was true.");
  expect(given({ encrypt: '' })).toThrow("Option 'encrypt' of KeyvSaver must be a string that is not empty");
});
