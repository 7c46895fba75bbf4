import { describe, expect, test } from 'vitest';
import { CorruptRecordError, checkpoint } from '../../src/index.ts';
import { keys } from '../../src/journal/keys.ts';
import { failure, processes, settled } from '../processes.ts';

/** An execution of a few segments that has failed, and could be gone on with. */
async function stored() {
  const all = processes();
  const { reprise } = all.start();
  const made: number[] = [];
  const step = checkpoint('step', async (n: number) => made.push(n));
  const f = reprise.flow('f', async () => {
    for (let n = 0; n < 3; n++) await step(n);
    throw new Error('stop');
  });
  await failure((await f.start(undefined, { id: 'x' })).result());
  await settled();
  const segments = (await all.driver.scan?.(keys.segments('x'), { limit: 100 })) ?? [];
  made.length = 0;
  return { all, reprise, f, made, segments: segments.map(({ key }) => key) };
}

describe('a journal that has lost its end, which nothing after it can prove,', () => {
  for (const lost of [1, 2, 4]) {
    test(`is found out by the head, and nothing runs again (${lost} segments)`, async () => {
      const { all, reprise, f, made, segments } = await stored();
      await all.driver.deleteMany(segments.slice(-lost));
      for (const goOn of [f.start(undefined, { id: 'x' }), reprise.executions.resume('x')]) {
        const error = await failure(goOn);
        expect(error).toBeInstanceOf(CorruptRecordError);
        expect(error).toMatchObject({ key: segments.at(-lost) });
        expect(error.message).toMatch(/has lost its end.*Restore the store from a backup/);
      }
      expect(made).toEqual([]);
    });
  }
});

test('a journal that is lost whole is not begun anew under the same id', async () => {
  const { all, f, made, segments } = await stored();
  await all.driver.deleteMany(segments);
  await expect(f.start(undefined, { id: 'x' })).rejects.toMatchObject({
    code: 'REPRISE_CORRUPT_RECORD',
    key: segments[0],
  });
  expect(made).toEqual([]);
});

test('a head that is lost is no harm: the journal is the truth', async () => {
  const { all, f, made } = await stored();
  await all.driver.deleteMany([keys.head('x')]);
  await expect((await f.start(undefined, { id: 'x' })).result()).rejects.toThrow('stop');
  expect(made).toEqual([]);
});
