import { describe, expect, test } from 'vitest';
import { checkpoint, wait } from '../../src/index.ts';
import { gate, longerThanGrace, processes, settled, waiting } from '../processes.ts';

describe('a wait cannot be swallowed:', () => {
  const approve = () => wait<string>('approve');
  const ways: Record<string, () => Promise<unknown>> = {
    'by catch': () => approve().catch(() => 'swallowed'),
    'by try and catch around much': async () => {
      try {
        return await approve();
      } catch {
        return 'swallowed';
      }
    },
    'by a retry': async () => {
      for (let i = 0; i < 3; i++) {
        try {
          return await approve();
        } catch {
          // once more
        }
      }
      return 'swallowed';
    },
    'by a tool that turns errors into text': () =>
      approve().then(
        (value) => value,
        (error) => `tool failed: ${error}`,
      ),
    'by Promise.any': () => Promise.any([approve()]).catch(() => 'swallowed'),
    'by Promise.allSettled': async () =>
      (await Promise.allSettled([approve()])).map((one) => (one.status === 'fulfilled' ? one.value : 'swallowed'))[0],
    'in a checkpoint that is retried': checkpoint('outer', () => approve().catch(() => 'swallowed'), {
      retry: { attempts: 3, backoff: 0 },
    }),
  };
  for (const [name, program] of Object.entries(ways)) {
    test(name, async () => {
      const { reprise } = processes().start();
      const f = reprise.flow('f', program);
      const run = async () => (await f.start(undefined, { id: 'x' })).result();
      const { waits } = await waiting(run());
      expect(waits).toHaveLength(1);
      await reprise.waits.answer('x', 'approve', 'yes');
      expect(await run()).toBe('yes');
      expect((await reprise.executions.get('x')).journal.filter(({ kind }) => kind === 'wait')).toHaveLength(1);
    });
  }

  test('and its finally does not run before it was answered', async () => {
    const { reprise } = processes().start();
    const ran: string[] = [];
    const f = reprise.flow('f', async () => {
      try {
        await wait('approve');
      } finally {
        ran.push('finally');
      }
    });
    const run = async () => (await f.start(undefined, { id: 'x' })).result();
    await waiting(run());
    await settled();
    expect(ran).toEqual([]);
    await reprise.waits.answer('x', 'approve', 1);
    await run();
    expect(ran).toEqual(['finally']);
  });
});

test('an execution is not parked while a call is at work, but soon after', async () => {
  const { reprise } = processes().start();
  const open = gate();
  const work = checkpoint('work', async () => open.promise);
  const handle = await reprise.flow('f', () => Promise.all([wait('approve'), work()])).start(undefined);
  await longerThanGrace();
  expect(await handle.status()).toBe('running');
  open.resolve();
  await waiting(handle.result());
});

test('nor while the outcome of one is being stored by a slow store', async () => {
  const all = processes();
  const { putIfAbsent } = all.driver;
  const held: (() => void)[] = [];
  let isSlow = false;
  Object.assign(all.driver, {
    putIfAbsent: async (key: string, value: string) => {
      if (isSlow) await new Promise<void>((resolve) => held.push(resolve));
      return putIfAbsent?.(key, value);
    },
  });
  const { reprise, story } = all.start();
  const next = checkpoint('next', async () => 'next');
  const work = checkpoint('work', async () => {
    isSlow = true;
  });
  const handle = await reprise
    .flow('f', () => Promise.all([wait('approve'), work().then(() => next())]))
    .start(undefined);
  await longerThanGrace();
  expect(await handle.status()).toBe('running');
  isSlow = false;
  for (const go of held) go();
  await waiting(handle.result());
  expect(story).toEqual(['started', 'made work', 'made next', 'waiting']);
});

test('while it works on, the open waits can be seen and answered', async () => {
  const all = processes();
  const { reprise } = all.start();
  const open = gate();
  const work = checkpoint('work', async () => open.promise);
  const handle = await reprise.flow('f', () => Promise.all([wait('approve'), work()])).start(undefined, { id: 'x' });
  await longerThanGrace();
  const outside = all.start().reprise;
  expect(await outside.waits.list()).toMatchObject([{ execution: 'x', name: 'approve' }]);
  expect(await outside.executions.get('x')).toMatchObject({ status: 'running', waits: [{ name: 'approve' }] });
  await reprise.waits.answer('x', 'approve', 1);
  open.resolve();
  expect(await handle.result()).toEqual([1, undefined]);
});

test('a wait inside of a call that runs is no work of that call', async () => {
  const { reprise } = processes().start();
  const inner = checkpoint('inner', () => wait('approve'));
  const outer = checkpoint('outer', () => inner());
  await waiting(reprise.flow('f', () => outer())());
});

test('a call with a wait in one of its branches is parked only when its other branches are done', async () => {
  const { reprise } = processes().start();
  const open = gate();
  const work = checkpoint('work', async () => open.promise);
  const outer = checkpoint('outer', () => Promise.all([wait('approve'), work()]));
  const handle = await reprise.flow('f', () => outer()).start(undefined);
  await longerThanGrace();
  expect(await handle.status()).toBe('running');
  open.resolve();
  await waiting(handle.result());
});

test('what had been parked and is resumed in the same process does not run twice', async () => {
  const { reprise } = processes().start();
  const ran: unknown[] = [];
  const after = checkpoint('after', async (value: unknown) => value);
  const f = reprise.flow('f', async () => {
    ran.push(await after(await wait('approve')));
  });
  const run = async () => (await f.start(undefined, { id: 'x' })).result();
  await waiting(run());
  await waiting(run());
  await reprise.waits.answer('x', 'approve', 'yes');
  await run();
  await settled();
  expect(ran).toEqual(['yes']);
});
