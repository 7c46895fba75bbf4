import { describe, expect, test } from 'vitest';
import { CorruptRecordError, checkpoint } from '../../src/index.ts';
import { keys } from '../../src/journal/keys.ts';
import { failure, never, type Process, processes, settled } from '../processes.ts';

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

test('a journal that has lost its end is not shown, priced, compared, replayed or exported as if it were whole', async () => {
  const { all, reprise, segments } = await stored();
  await all.driver.deleteMany(segments.slice(-1));
  const { executions, costs } = reprise;
  const looks = [
    () => executions.get('x'),
    () => executions.watch('x')[Symbol.asyncIterator]().next(),
    () => executions.export('x'),
    () => executions.planReplay('x'),
    () => executions.diff('x', 'x'),
    () => costs.report({ execution: 'x' }),
  ];
  for (const look of looks) {
    await expect(look()).rejects.toMatchObject({ code: 'REPRISE_CORRUPT_RECORD', key: segments.at(-1) });
  }
});

test('a child whose journal is damaged stops its parent, which does not see that as a failure of the call', async () => {
  const all = processes();
  const seen: unknown[] = [];
  const define = ({ reprise }: Process, hang: boolean) => {
    const step = checkpoint('step', async () => (hang ? never() : 'done'));
    const child = reprise.flow('child', async () => step());
    return reprise.flow('f', async () => child().catch((error) => seen.push(error)));
  };
  const first = all.start();
  await define(first, true).start(undefined, { id: 'x' });
  await settled();
  first.kill();
  const [segment] = (await all.driver.scan?.('reprise/j/x.', { limit: 1 })) ?? [];
  await all.driver.set(segment?.key as string, 'r2:damaged');
  const again = () => define(all.start(), false).start(undefined, { id: 'x' });
  await expect((await again()).result()).rejects.toMatchObject({ code: 'REPRISE_CORRUPT_RECORD', key: segment?.key });
  await all.driver.set(segment?.key as string, segment?.value as string);
  expect(await (await again()).result()).toBe('done');
  expect(seen).toEqual([]);
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
