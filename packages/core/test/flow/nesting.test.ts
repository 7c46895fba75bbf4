import { expect, test } from 'vitest';
import { checkpoint, current } from '../../src/index.ts';
import { never, type Process, processes, settled } from '../processes.ts';

test('a finished outer call hides its inner ones: on resume neither is made', async () => {
  const all = processes();
  const bodies: string[] = [];
  const inner = checkpoint('inner', async () => bodies.push('inner'));
  const outer = checkpoint('outer', async () => {
    bodies.push('outer');
    await inner();
    return 'done';
  });
  const define = ({ reprise }: Process, hang: boolean) =>
    reprise.flow('f', async () => {
      const result = await outer();
      if (hang) await never();
      return result;
    });
  const first = all.start();
  await define(first, true).start(undefined, { id: 'x' });
  await settled();
  first.kill();
  const second = all.start();
  expect(await (await define(second, false).start(undefined, { id: 'x' })).result()).toBe('done');
  expect(bodies).toEqual(['outer', 'inner']);
  expect(second.story).toEqual(['resumed', 'served outer', 'completed']);
});

test('an unfinished outer call runs again, and its finished inner calls are served', async () => {
  const all = processes();
  const bodies: string[] = [];
  const inner = checkpoint('inner', async (n: number) => {
    bodies.push(`inner ${n}`);
    return n;
  });
  const define = ({ reprise }: Process, hang: boolean) => {
    const outer = checkpoint('outer', async () => {
      bodies.push('outer');
      const one = await inner(1);
      if (hang) await never();
      return one + (await inner(2));
    });
    return reprise.flow('f', () => outer());
  };
  const first = all.start();
  await define(first, true).start(undefined, { id: 'x' });
  await settled();
  first.kill();
  expect(await (await define(all.start(), false).start(undefined, { id: 'x' })).result()).toBe(3);
  expect(bodies).toEqual(['outer', 'inner 1', 'outer', 'inner 2']);
});

test('the record tells which call encloses which', async () => {
  const { reprise } = processes().start();
  const inner = checkpoint('inner', async () => 1);
  const outer = checkpoint('outer', () => inner());
  const handle = await reprise.flow('f', async () => [await outer(), await inner()]).start(undefined);
  await handle.result();
  const { journal } = await reprise.executions.get(handle.id);
  const ofOuter = journal.find(({ name }) => name === 'outer')?.id;
  expect(journal.map(({ name, parent }) => [name, parent])).toEqual([
    ['outer', undefined],
    ['inner', ofOuter],
    ['inner', undefined],
  ]);
});

test('the same calls inside of two parallel outer calls are not confused', async () => {
  const all = processes();
  const bodies: string[] = [];
  const define = ({ reprise }: Process, hang: boolean) => {
    const ask = checkpoint('ask', async () => {
      bodies.push(String(current().call?.id));
      return bodies.length;
    });
    const agent = checkpoint('agent', async (name: string) => {
      const first = await ask();
      const second = await ask();
      if (hang) await never();
      return [name, first, second];
    });
    return reprise.flow('f', () => Promise.all([agent('a'), agent('b')]));
  };
  const first = all.start();
  await define(first, true).start(undefined, { id: 'x' });
  await settled();
  first.kill();
  const second = all.start();
  const [a, b] = await (await define(second, false).start(undefined, { id: 'x' })).result();
  expect(new Set(bodies).size).toBe(4);
  expect(bodies).toHaveLength(4);
  expect([a, b]).toEqual([
    ['a', 1, 3],
    ['b', 2, 4],
  ]);
});
