import { expect, test } from 'vitest';
import { checkpoint, type ExecutionEvent, Reprise, wait } from '../../src/index.ts';
import { inTime, never, type Process, processes, settled, waiting } from '../processes.ts';

/** Events without what differs from run to run. */
function plain(events: readonly ExecutionEvent[]): unknown[] {
  return events.map(({ execution: _, flow: __, ...event }) => event);
}

const anyCall = (name: string) => ({ id: expect.any(String), kind: 'checkpoint', name });

test('an execution is told from its start to its end, with its id and its flow', async () => {
  const all = processes();
  const { reprise, events } = all.start();
  const step = checkpoint('step', async () => 1);
  await (await reprise.flow('f', () => step()).start(undefined, { id: 'x' })).result();
  for (const event of events) expect(event).toMatchObject({ execution: 'x', flow: 'f' });
  expect(plain(events)).toEqual([
    { type: 'started' },
    { type: 'begun', call: { ...anyCall('step'), attempt: 1 } },
    { type: 'made', call: { ...anyCall('step'), ok: true, milliseconds: 0, usage: undefined } },
    { type: 'completed' },
  ]);
});

test('a call is told as made when its outcome is durable, and not before', async () => {
  const all = processes();
  const looker = all.start().reprise;
  const seen: Promise<unknown>[] = [];
  const { reprise } = all.start({
    observe: (event) => {
      if (event.type === 'made') seen.push(looker.executions.get('x').then(({ journal }) => journal[0]?.status));
    },
  });
  const step = checkpoint('step', async () => 1);
  await (await reprise.flow('f', () => step()).start(undefined, { id: 'x' })).result();
  expect(await Promise.all(seen)).toEqual(['completed']);
});

test('a failed call, and the failure of the flow', async () => {
  const { reprise, events } = processes().start();
  const error = new Error('broken');
  const step = checkpoint('step', async () => {
    throw error;
  });
  await expect(reprise.flow('f', () => step())()).rejects.toThrow('broken');
  expect(plain(events)).toMatchObject([
    { type: 'started' },
    { type: 'begun' },
    { type: 'made', call: { ok: false } },
    { type: 'failed', error },
  ]);
});

test('an execution that goes on tells what it is served, and what it makes again', async () => {
  const all = processes();
  const define = ({ reprise }: Process, hang: boolean) => {
    const step = checkpoint('step', async (n: number) => n);
    const last = checkpoint('last', async (hangs: boolean) => (hangs && hang ? never() : 1), { digest: () => 'last' });
    return reprise.flow('f', async () => [await step(1), await last(true)]);
  };
  const first = all.start();
  await define(first, true).start(undefined, { id: 'x' });
  await settled();
  first.kill();
  const second = all.start();
  await (await define(second, false).start(undefined, { id: 'x' })).result();
  expect(plain(second.events)).toMatchObject([
    { type: 'resumed', recorded: 1 },
    { type: 'served', call: { name: 'step', ok: true }, drifted: false },
    { type: 'begun', call: { name: 'last' } },
    { type: 'made', call: { name: 'last' } },
    { type: 'completed' },
  ]);
});

test('a call whose start was stored is told as repeated', async () => {
  const all = processes();
  const define = ({ reprise }: Process, hang: boolean) => {
    const slow = checkpoint('slow', async () => (hang ? never() : 1));
    const quick = checkpoint('quick', async () => 1);
    return reprise.flow('f', () => Promise.all([slow(), quick()]));
  };
  const first = all.start();
  await define(first, true).start(undefined, { id: 'x' });
  await settled();
  first.kill();
  const second = all.start();
  await (await define(second, false).start(undefined, { id: 'x' })).result();
  expect(plain(second.events)).toContainEqual({ type: 'repeated', call: anyCall('slow'), shown: 0 });
});

test('a call whose input has changed is told as drifted', async () => {
  const all = processes();
  const { reprise, events } = all.start();
  const step = checkpoint('step', async (n: number) => n);
  let n = 0;
  const f = reprise.flow(
    'f',
    async () => {
      await step(++n);
      if (n === 1) throw new Error('stop');
    },
    { onDrift: 'reuse' },
  );
  await expect((await f.start(undefined, { id: 'x' })).result()).rejects.toThrow('stop');
  await inTime(all, (await f.start(undefined, { id: 'x' })).result());
  expect(plain(events)).toContainEqual(expect.objectContaining({ type: 'served', drifted: true }));
  expect((await reprise.executions.get('x')).journal[0]).toMatchObject({ drifts: 1, input: [1] });
});

test('waits', async () => {
  const { reprise, events } = processes().start();
  const f = reprise.flow('f', () => wait('approve', { question: 'Go on?' }));
  await waiting((await f.start(undefined, { id: 'x' })).result());
  await settled();
  expect(plain(events)).toMatchObject([
    { type: 'started' },
    { type: 'waiting', waits: [{ execution: 'x', name: 'approve', question: 'Go on?' }] },
  ]);
});

test('what an observer throws changes nothing', async () => {
  const reprise = new Reprise({
    store: 'memory:',
    observe: () => {
      throw new Error('observer');
    },
  });
  const step = checkpoint('step', async () => 1);
  expect(await reprise.flow('f', () => step())()).toBe(1);
});
