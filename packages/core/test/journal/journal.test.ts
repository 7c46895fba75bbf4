import { describe, expect, test } from 'vitest';
import { FencedError, StoreError } from '../../src/index.ts';
import { keys } from '../../src/journal/keys.ts';
import { readJournal } from '../../src/journal/read.ts';
import { plainSeal } from '../../src/journal/seal.ts';
import { settled } from '../processes.ts';
import { line, numbers, setting } from './setting.ts';

test('a record is durable when append resolves', async () => {
  const { journal, store } = await setting();
  await journal().append(line(1));
  expect(numbers((await readJournal(store, plainSeal, 'x')).records)).toEqual([1]);
});

test('one append after another is one write each', async () => {
  const { journal, writes } = await setting();
  const one = journal();
  for (let n = 0; n < 3; n++) await one.append(line(n));
  expect(writes()).toEqual(['putIfAbsent j/x/00000000', 'putIfAbsent j/x/00000001', 'putIfAbsent j/x/00000002']);
});

test('many appends at once share a few segments, and are read in the order in which they came', async () => {
  const { journal, store, writes } = await setting();
  const one = journal();
  await Promise.all(Array.from({ length: 100 }, (_, n) => one.append(line(n))));
  expect(writes().length).toBeLessThanOrEqual(2);
  expect(numbers((await readJournal(store, plainSeal, 'x')).records)).toEqual(Array.from({ length: 100 }, (_, n) => n));
});

test('what comes during a write goes into the next one, together', async () => {
  const { journal, faults, world, store } = await setting();
  faults.plan({ fault: 'delay', milliseconds: 100, times: 1 });
  const one = journal();
  const first = one.append(line(0));
  await settled();
  const later = [1, 2, 3].map((n) => one.append(line(n)));
  await world.advance(100);
  await Promise.all([first, ...later]);
  expect(one.segments).toBe(2);
  expect(numbers((await readJournal(store, plainSeal, 'x', 1)).records)).toEqual([1, 2, 3]);
});

test('segments are never under way at the same time, so what is acknowledged is a prefix', async () => {
  const { journal, faults, world } = await setting();
  faults.plan({ fault: 'delay', milliseconds: 100 });
  const one = journal();
  const acknowledged: number[] = [];
  for (let n = 0; n < 5; n++) {
    void one.append(line(n)).then(() => acknowledged.push(n));
    await settled();
  }
  await world.advance(99);
  expect(acknowledged).toEqual([]);
  await world.advance(1);
  expect(acknowledged).toEqual([0]);
  await world.advance(100);
  expect(acknowledged).toEqual([0, 1, 2, 3, 4]);
});

test('a note waits for nothing, and goes with the next append, before it', async () => {
  const { journal, store, writes } = await setting();
  const one = journal();
  one.note(line(1));
  await settled();
  expect(writes()).toEqual([]);
  await one.append(line(2));
  expect(one.segments).toBe(1);
  expect(numbers((await readJournal(store, plainSeal, 'x')).records)).toEqual([1, 2]);
});

test('push has notes written soon', async () => {
  const { journal, writes } = await setting();
  const one = journal();
  one.note(line(1));
  one.push();
  await settled();
  expect(writes()).toHaveLength(1);
});

test('a note can be withdrawn while it stands in line, and not once it is being written', async () => {
  const { journal, store } = await setting();
  const one = journal();
  const note = one.note(line(1));
  expect(one.withdraw(note)).toBe(true);
  await one.append(line(2));
  const written = one.note(line(3));
  const flushed = one.flush();
  await Promise.resolve();
  expect(one.withdraw(written)).toBe(false);
  await flushed;
  expect(numbers((await readJournal(store, plainSeal, 'x')).records)).toEqual([2, 3]);
});

test('flush with nothing in line writes nothing', async () => {
  const { journal, writes } = await setting();
  await journal().flush();
  expect(writes()).toEqual([]);
});

describe('fencing', () => {
  test('an owner that was replaced finds its place taken: FencedError names the new one, and nothing is lost', async () => {
    const { journal, store } = await setting();
    const former = journal('former');
    await former.append(line(1));
    const next = journal('next', { epoch: 2, next: 1 });
    await next.append(line(2));
    const error = await former.append(line(9)).catch((e) => e);
    expect(error).toBeInstanceOf(FencedError);
    expect(error.message).toMatch(/taken over by owner next\./);
    expect(await readJournal(store, plainSeal, 'x')).toMatchObject({ epoch: 2, segments: 2 });
    expect(numbers((await readJournal(store, plainSeal, 'x')).records)).toEqual([1, 2]);
  });

  test('from then on it writes nothing, not even where there would be room', async () => {
    const { journal, writes } = await setting();
    const former = journal('former');
    await former.append(line(1));
    await journal('next', { epoch: 2, next: 1 }).append(line(2));
    await expect(former.append(line(3))).rejects.toThrow(FencedError);
    const before = writes().length;
    await expect(former.append(line(4))).rejects.toThrow(FencedError);
    await former.retry();
    expect(writes()).toHaveLength(before);
  });

  test('all that waited is told, and the owner is told once', async () => {
    const { journal } = await setting();
    const former = journal('former');
    const told: Error[] = [];
    former.onBroken = (error) => told.push(error);
    await journal('next', { epoch: 2, next: 0 }).append(line(2));
    const outcomes = await Promise.allSettled([former.append(line(1)), former.append(line(2)), former.flush()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(told).toHaveLength(1);
  });
});

describe('a write whose answer was lost', () => {
  test('is made again with the same bytes in the same place, and is found there', async () => {
    const { journal, faults, store, world, writes } = await setting();
    faults.plan({ fault: 'unsure', on: 'putIfAbsent', times: 1 });
    const one = journal();
    const appended = one.append(line(1));
    await world.advance(1_000);
    await appended;
    expect(writes()).toEqual(['putIfAbsent j/x/00000000', 'putIfAbsent j/x/00000000']);
    await one.append(line(2));
    expect(numbers((await readJournal(store, plainSeal, 'x')).records)).toEqual([1, 2]);
  });

  test('and in whose place another owner has written by then, is a fence', async () => {
    const { journal, faults, store, world } = await setting();
    const one = journal('former');
    faults.plan({ fault: 'fail', on: 'putIfAbsent', times: 1 });
    const appended = one.append(line(1)).catch((error) => error);
    await settled();
    await journal('next', { epoch: 2, next: 0 }).append(line(2));
    await world.advance(1_000);
    expect(await appended).toBeInstanceOf(FencedError);
    expect(numbers((await readJournal(store, plainSeal, 'x')).records)).toEqual([2]);
  });
});

describe('a store that is away', () => {
  test('for less than the patience is waited for, with pauses that grow', async () => {
    const { journal, faults, world } = await setting();
    faults.disconnect();
    const one = journal();
    const appended = one.append(line(1));
    await world.advance(9_000);
    const tries = faults.requests.length;
    expect(tries).toBeGreaterThan(5);
    expect(tries).toBeLessThan(20);
    faults.heal();
    await world.advance(2_000);
    await appended;
  });

  test('for longer than the patience stops the journal with the error of the store', async () => {
    const { journal, faults, world } = await setting();
    faults.disconnect();
    const one = journal();
    const told: Error[] = [];
    one.onBroken = (error) => told.push(error);
    const appended = one.append(line(1)).catch((error) => error);
    await world.advance(20_000);
    expect(await appended).toBeInstanceOf(StoreError);
    expect(told).toEqual([await appended]);
    await expect(one.append(line(2))).rejects.toThrow(StoreError);
  });

  test('and comes back is given everything by retry, in the old order, and nothing twice', async () => {
    const { journal, faults, store, world } = await setting();
    const one = journal();
    await one.append(line(0));
    faults.disconnect();
    const failed = [1, 2].map((n) => one.append(line(n)).catch(() => {}));
    await settled();
    const also = one.append(line(3)).catch(() => {});
    await world.advance(20_000);
    await Promise.all([...failed, also]);
    await expect(one.append(line(4))).rejects.toThrow(StoreError);
    const tooEarly = one.retry().catch((error) => error);
    await world.advance(20_000);
    expect(await tooEarly).toBeInstanceOf(StoreError);
    faults.heal();
    await one.retry();
    await one.append(line(5));
    expect(numbers((await readJournal(store, plainSeal, 'x')).records)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('and comes back with another owner in place is a fence', async () => {
    const { journal, faults, world } = await setting();
    const former = journal('former');
    faults.disconnect();
    const failed = former.append(line(1)).catch(() => {});
    await world.advance(20_000);
    await failed;
    faults.heal();
    await journal('next', { epoch: 2, next: 0 }).append(line(2));
    await expect(former.retry()).rejects.toThrow(FencedError);
  });
});

describe('a text over 64 KiB', () => {
  const large = JSON.stringify('x'.repeat(70_000));

  test('stands under a key of its own, which is written before the record that refers to it', async () => {
    const { journal, store, writes } = await setting();
    const one = journal();
    await one.append({ ...line(1), value: large });
    expect(writes()).toEqual([expect.stringMatching(/^set b\/x\/[0-9a-f]+$/), 'putIfAbsent j/x/00000000']);
    const [record] = (await readJournal(store, plainSeal, 'x')).records;
    expect(record?.value).toMatchObject({ size: large.length });
    expect(await one.text(record?.value as never)).toBe(large);
  });

  test('of 64 KiB sharp stands in its record', async () => {
    const { journal, writes } = await setting();
    await journal().append({ ...line(1), value: JSON.stringify('x'.repeat(64 * 1024 - 2)) });
    expect(writes()).toEqual(['putIfAbsent j/x/00000000']);
  });

  test('that is used twice is kept once', async () => {
    const { journal, faults } = await setting();
    const one = journal();
    await one.append({ ...line(1), input: large, value: large });
    await one.append({ ...line(2), value: large });
    const names = faults.requests.filter(({ operation }) => operation === 'set').map((request) => request.keys[0]);
    expect(new Set(names).size).toBe(1);
  });

  test('that is missing is an error that names its key', async () => {
    const { journal, store, faults } = await setting();
    const one = journal();
    await one.append({ ...line(1), value: large });
    const value = (await readJournal(store, plainSeal, 'x')).records[0]?.value as { blob: string };
    await faults.lose(keys.blob('x', value.blob));
    await expect(one.text(value as never)).rejects.toMatchObject({
      code: 'REPRISE_CORRUPT_RECORD',
      key: keys.blob('x', value.blob),
    });
  });

  test('is written again when its write had failed, before its record', async () => {
    const { journal, faults, world, writes } = await setting();
    faults.plan({ fault: 'fail', on: 'set', times: 1 });
    const appended = journal().append({ ...line(1), value: large });
    await world.advance(1_000);
    await appended;
    expect(writes().map((write) => write.split(' ')[0])).toEqual(['set', 'set', 'putIfAbsent']);
  });
});
