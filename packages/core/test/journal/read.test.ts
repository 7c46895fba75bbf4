import { describe, expect, test } from 'vitest';
import { CorruptRecordError } from '../../src/index.ts';
import { keys } from '../../src/journal/keys.ts';
import { readJournal } from '../../src/journal/read.ts';
import { plainSeal } from '../../src/journal/seal.ts';
import type { ScanOptions } from '../../src/store/driver.ts';
import { memoryDriver } from '../../src/store/memory.ts';
import type { Store } from '../../src/store/store.ts';
import { line, numbers, setting } from './setting.ts';

const stores = {
  'an ordered store': memoryDriver,
  'a store without ordered listings': () => {
    const { scan: _, ...driver } = memoryDriver();
    return driver;
  },
};

test('an execution that does not exist has an empty journal', async () => {
  const { store } = await setting();
  expect(await readJournal(store, plainSeal, 'nobody')).toEqual({ records: [], segments: 0, epoch: 0 });
});

test('the journal of an execution whose id begins like another one is not mixed with it', async () => {
  const { store, journal, faults } = await setting();
  await journal().append(line(1));
  await faults.set(keys.segment('x.child', 0), 'not read');
  expect(numbers((await readJournal(store, plainSeal, 'x')).records)).toEqual([1]);
});

for (const [name, driver] of Object.entries(stores)) {
  describe(`on ${name}`, () => {
    async function written(segments: number) {
      const all = await setting(driver());
      const one = all.journal();
      for (let n = 0; n < segments; n++) await one.append(line(n));
      return all;
    }

    test('more segments than a page come back in order', async () => {
      const { store } = await written(1_100);
      const { records, segments, epoch } = await readJournal(store, plainSeal, 'x');
      expect(segments).toBe(1_100);
      expect(epoch).toBe(1);
      expect(numbers(records)).toEqual(Array.from({ length: 1_100 }, (_, n) => n));
    });

    test('a page that ends where the journal ends is no trouble', async () => {
      const { store } = await written(512);
      expect((await readJournal(store, plainSeal, 'x')).segments).toBe(512);
    });

    test('reading can begin later', async () => {
      const { store } = await written(5);
      const { records, segments } = await readJournal(store, plainSeal, 'x', 3);
      expect(numbers(records)).toEqual([3, 4]);
      expect(segments).toBe(5);
    });

    test('a hole that a later segment proves is corruption, and not the end', async () => {
      const { store, faults } = await written(6);
      await faults.lose(keys.segment('x', 3));
      const error = await readJournal(store, plainSeal, 'x').catch((e) => e);
      expect(error).toBeInstanceOf(CorruptRecordError);
      expect(error).toMatchObject({ key: keys.segment('x', 3) });
      expect(error.message).toMatch(/has lost the segment .*00000003.*Restore the store from a backup/s);
    });

    test('a hole at the very beginning is corruption, too', async () => {
      const { store, faults } = await written(3);
      await faults.lose(keys.segment('x', 0));
      await expect(readJournal(store, plainSeal, 'x')).rejects.toMatchObject({ key: keys.segment('x', 0) });
    });

    test('a segment that was written between two reads of ours is no hole', async () => {
      const { store, faults } = await written(4);
      const late = keys.segment('x', 2);
      const [text] = await faults.getMany([late]);
      await faults.lose(late);
      const slowWriter: Store = Object.assign(Object.create(store) as Store, {
        get: async (key: string) => {
          await faults.set(late, text as string);
          return store.get(key);
        },
        getMany: (wanted: string[]) => store.getMany(wanted),
        scan: (prefix: string, options: ScanOptions) => store.scan(prefix, options),
      });
      const { records } = await readJournal(slowWriter, plainSeal, 'x');
      expect([0, 1, 2, 3]).toEqual(expect.arrayContaining(numbers(records)));
      expect(numbers(records).slice(0, 2)).toEqual([0, 1]);
    });
  });
}

test('a hole of more than a page is corruption, too, where the store can list', async () => {
  const { store, journal, faults } = await setting();
  const one = journal();
  for (let n = 0; n < 1_100; n++) await one.append(line(n));
  for (let n = 3; n < 1_050; n++) await faults.lose(keys.segment('x', n));
  await expect(readJournal(store, plainSeal, 'x')).rejects.toMatchObject({
    key: keys.segment('x', 3),
    message: expect.stringContaining('segment 1050 is there'),
  });
});

test('a damaged segment is an error that names its key', async () => {
  const { store, journal, faults } = await setting();
  const one = journal();
  await one.append(line(1));
  await one.append(line(2));
  const key = keys.segment('x', 0);
  const [text] = await faults.getMany([key]);
  await faults.set(key, (text as string).replace('log', 'fog'));
  await expect(readJournal(store, plainSeal, 'x')).rejects.toMatchObject({ key, code: 'REPRISE_CORRUPT_RECORD' });
});

test('a store that fails is no empty journal', async () => {
  const { store, journal, faults } = await setting();
  await journal().append(line(1));
  faults.disconnect();
  await expect(readJournal(store, plainSeal, 'x')).rejects.toMatchObject({ code: 'REPRISE_STORE' });
});
