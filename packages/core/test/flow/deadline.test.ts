import { expect, test } from 'vitest';
import { checkpoint, WaitExpiredError, wait } from '../../src/index.ts';
import { keys } from '../../src/journal/keys.ts';
import { plainSeal } from '../../src/journal/seal.ts';
import { failure, gate, never, type Process, processes, settled, waiting } from '../processes.ts';

const HOUR = 3_600_000;

function asking(options: Parameters<typeof wait>[1]) {
  const all = processes();
  const process = all.start();
  const ask = process.reprise.flow('ask', () => wait('approve', options));
  const run = async () => (await ask.start(undefined, { id: 'x' })).result();
  return { all, ...process, run };
}

test('a deadline is shown with the wait', async () => {
  const { all, run } = asking({ deadline: '2 hours' });
  expect((await waiting(run())).waits[0]?.until).toBe(all.now + 2 * HOUR);
});

test('it may be a date', async () => {
  const { run } = asking({ deadline: new Date('2026-03-01T00:00:00Z') });
  expect((await waiting(run())).waits[0]?.until).toBe(Date.UTC(2026, 2, 1));
});

test('after it, the default is the answer', async () => {
  const { all, run, reprise } = asking({ deadline: '2 hours', default: 'go on' });
  await waiting(run());
  await all.pass(2 * HOUR - 1);
  await waiting(run());
  await all.pass(1);
  expect(await run()).toBe('go on');
  expect((await reprise.executions.get('x')).journal[0]).toMatchObject({
    output: 'go on',
    by: undefined,
    milliseconds: 2 * HOUR,
  });
});

test('undefined is a default, too', async () => {
  const { all, run } = asking({ deadline: HOUR, default: undefined });
  await waiting(run());
  await all.pass(HOUR);
  expect(await run()).toBe(undefined);
});

test('without a default, the wait throws WaitExpiredError', async () => {
  const { all, run } = asking({ deadline: '2 hours' });
  await waiting(run());
  await all.pass(2 * HOUR);
  const error = await failure(run());
  expect(error).toBeInstanceOf(WaitExpiredError);
  expect(error).toMatchObject({ wait: 'approve', message: expect.stringContaining('2026-01-01T02:00:00.000Z') });
});

test('an answer in time counts, even where the execution goes on long after the deadline', async () => {
  const { all, run, reprise } = asking({ deadline: '2 hours', default: 'too late' });
  await waiting(run());
  await all.pass(HOUR);
  await reprise.waits.answer('x', 'approve', 'in time');
  await all.pass(100 * HOUR);
  expect(await run()).toBe('in time');
});

test('it is counted from when the wait was first asked, and not again in each process', async () => {
  const all = processes();
  const define = ({ reprise }: Process) =>
    reprise.flow('ask', () => wait('approve', { deadline: '2 hours', default: 'over' }));
  const asked = all.now;
  for (let i = 0; i < 3; i++) {
    const process = all.start();
    const { waits } = await waiting((await define(process).start(undefined, { id: 'x' })).result());
    expect(waits[0]).toMatchObject({ until: asked + 2 * HOUR, at: asked });
    process.kill();
    await all.pass(HOUR / 2);
  }
  await all.pass(HOUR / 2);
  expect(await (await define(all.start()).start(undefined, { id: 'x' })).result()).toBe('over');
});

test('while other work goes on it passes in the process, and the flow goes on at once', async () => {
  const all = processes();
  const { reprise } = all.start();
  const open = gate();
  const slow = checkpoint('slow', async () => open.promise);
  const after = checkpoint('after', async (value: unknown) => value);
  const ask = reprise.flow('ask', () =>
    Promise.all([wait('approve', { deadline: HOUR, default: 'over' }).then(after), slow()]),
  );
  const handle = await ask.start(undefined, { id: 'x' });
  await all.pass(HOUR);
  expect((await reprise.executions.get('x')).journal.map(({ name, status }) => [name, status])).toContainEqual([
    'after',
    'completed',
  ]);
  open.resolve();
  expect(await handle.result()).toEqual(['over', undefined]);
});

test('a wait that has expired and was caught expires again when the execution goes on, whatever came in between', async () => {
  const all = processes();
  const note = checkpoint('note', async (text: string) => text);
  const define = ({ reprise }: Process, hang: boolean) =>
    reprise.flow('ask', async () => {
      const text = await wait('approve', { deadline: HOUR }).catch((error: Error) => note(error.name));
      if (hang) await never();
      return text;
    });
  const first = all.start();
  await waiting((await define(first, true).start(undefined, { id: 'x' })).result());
  await all.pass(HOUR);
  await first.reprise.executions.resume('x');
  await settled();
  first.kill();
  expect(await (await define(all.start(), false).start(undefined, { id: 'x' })).result()).toBe('WaitExpiredError');
});

test('a deadline in the past is over at once', async () => {
  const { run } = asking({ deadline: new Date(0), default: 'over' });
  expect(await run()).toBe('over');
});

test('an answer that was given after the deadline does not count, whoever let it through', async () => {
  const { all, run } = asking({ deadline: '1 hour', default: 'over' });
  await waiting(run());
  const key = keys.answer('x', 'approve', 1);
  const letter = { v: 1, rejected: false, value: '"late"', at: all.now + HOUR + 1 };
  await all.driver.set(key, plainSeal.close(key, JSON.stringify(letter)));
  expect(await run()).toBe('over');
});
