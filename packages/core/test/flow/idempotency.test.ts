import { expect, test } from 'vitest';
import { checkpoint, current } from '../../src/index.ts';
import { never, type Process, processes, settled } from '../processes.ts';

const keyOf = () => current().call?.idempotencyKey as string;

test('the idempotency key of a call is the same when it is made again after a crash', async () => {
  const all = processes();
  const keys: string[] = [];
  const define = ({ reprise }: Process, hang: boolean) => {
    const pay = checkpoint('pay', async () => {
      keys.push(keyOf());
      if (hang) await never();
    });
    return reprise.flow('f', () => pay());
  };
  const first = all.start();
  await define(first, true).start(undefined, { id: 'x' });
  await settled();
  first.kill();
  await (await define(all.start(), false).start(undefined, { id: 'x' })).result();
  expect(keys).toHaveLength(2);
  expect(keys[0]).toBe(keys[1]);
});

test('it is the same for each attempt', async () => {
  const all = processes();
  const keys: string[] = [];
  const pay = checkpoint(
    'pay',
    async () => {
      keys.push(keyOf());
      if (keys.length < 3) throw new Error('again');
    },
    { retry: 3 },
  );
  const handle = await all
    .start()
    .reprise.flow('f', () => pay())
    .start(undefined);
  await all.pass(60_000);
  await handle.result();
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
});

test('every other call has another: in a loop, in parallel, nested, in another execution', async () => {
  const { reprise } = processes().start();
  const keys: string[] = [];
  const pay = checkpoint('pay', async () => keys.push(keyOf()));
  const outer = checkpoint('outer', async () => {
    keys.push(keyOf());
    await pay();
  });
  const f = reprise.flow('f', async () => {
    for (let i = 0; i < 3; i++) await pay();
    await Promise.all([pay(), pay(), outer()]);
  });
  await f();
  await f();
  expect(keys).toHaveLength(14);
  expect(new Set(keys).size).toBe(14);
});
