import { expect, test } from 'vitest';
import { type CorruptRecordError, checkpoint } from '../../src/index.ts';
import { keys } from '../../src/journal/keys.ts';
import type { Driver } from '../../src/store/driver.ts';
import { memoryDriver } from '../../src/store/memory.ts';
import { type Process, processes, settled } from '../processes.ts';

const step = checkpoint('step', async () => 'done');
const define = ({ reprise }: Process) => {
  const child = reprise.flow('child', async () => step());
  return reprise.flow('f', () => child());
};

/** Two executions, each with a child, of which some statuses are damaged. */
async function withDamaged(...damaged: ('x' | 'child of x')[]) {
  const all = processes();
  for (const id of ['x', 'y']) await (await define(all.start()).start(undefined, { id })).result();
  await settled();
  const [child] = (await all.driver.scan?.('reprise/h/x.', { limit: 1 })) ?? [];
  const key = { x: 'reprise/h/x', 'child of x': child?.key as string };
  for (const which of damaged) await all.driver.set(key[which], 'r2:00000000{}');
  const process = all.start();
  define(process);
  return { ...process, driver: all.driver, key };
}

test('one damaged status does not hide the others from a list: it is warned of, by its key', async () => {
  const { reprise, key } = await withDamaged('x');
  const warnings: Error[] = [];
  const hear = (warning: Error) => warnings.push(warning);
  process.on('warning', hear);
  expect((await reprise.executions.list()).map(({ id }) => id)).toEqual(['y']);
  expect(await reprise.waits.list()).toEqual([]);
  await settled();
  process.off('warning', hear);
  expect(warnings).toHaveLength(2);
  expect(warnings[0]).toMatchObject({ name: 'DamageWarning', code: 'REPRISE_CORRUPT_RECORD' });
  expect(warnings[0]?.message).toContain(`${key.x} is damaged`);
});

test('whoever lists may be told of it in place of the warning', async () => {
  const { reprise, key } = await withDamaged('x', 'child of x');
  const told: CorruptRecordError[] = [];
  const listed = await reprise.executions.list({ onDamaged: (error) => told.push(error) });
  expect(listed.map(({ id }) => id)).toEqual(['y']);
  expect(told.map((error) => error.key)).toEqual([key.x, key['child of x']]);
});

test('where no status at all can be read, a list is an error: with another encryption key it must not seem empty', async () => {
  const driver: Driver = memoryDriver();
  const start = (encrypt: string) => processes(driver).start({ encrypt });
  await (await define(start('the one secret of this store')).start(undefined, { id: 'x' })).result();
  const { reprise } = start('another secret altogether');
  for (const list of [reprise.executions.list(), reprise.waits.list(), reprise.recover()]) {
    await expect(list).rejects.toMatchObject({
      code: 'REPRISE_CORRUPT_RECORD',
      message: expect.stringMatching(/another encryption key/),
    });
  }
});

test('what is done with one execution goes on where another one is damaged, and stops where a child of its own is', async () => {
  const { reprise, key } = await withDamaged('child of x');
  const { executions, costs } = reprise;
  for (const look of [executions.export, (id: string) => costs.report({ execution: id }), executions.delete]) {
    await expect(look('x')).rejects.toMatchObject({ key: key['child of x'] });
    await look('y');
  }
  expect((await executions.list({ onDamaged: () => {} })).map(({ id }) => id)).toEqual(['x']);
});

test('a bill of all executions is not made where one of them cannot be read: it would leave out what that one has cost', async () => {
  const { reprise, key } = await withDamaged('x');
  await expect(reprise.costs.report()).rejects.toMatchObject({ key: key.x });
});

test('of a damaged status whose id is hashed nobody can tell whose child it is, so it stops what needs all children', async () => {
  const all = processes();
  for (const id of ['X', 'y']) await (await define(all.start()).start(undefined, { id })).result();
  await settled();
  const hashed = (await all.driver.scan?.(`${keys.heads}~`, { limit: 10 })) ?? [];
  const key = hashed.find((entry) => entry.key !== keys.head('X'))?.key as string;
  await all.driver.set(key, 'r2:00000000{}');
  const { executions, costs } = all.start().reprise;
  for (const look of [executions.export, (id: string) => costs.report({ execution: id }), executions.delete]) {
    for (const id of ['X', 'y']) await expect(look(id)).rejects.toMatchObject({ key });
  }
});
