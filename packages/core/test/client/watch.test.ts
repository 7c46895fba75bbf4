import { expect, test } from 'vitest';
import { checkpoint, NotFoundError, type WatchEvent, wait } from '../../src/index.ts';
import { failure, gate, longerThanGrace, processes, settled } from '../processes.ts';

function line(event: WatchEvent): string {
  if (event.type === 'call') return `${event.call.name} ${event.call.status}`;
  return [event.execution.status, ...event.execution.waits.map(({ name }) => `waits for ${name}`)].join(', ');
}

/** Collects what is seen, in the background. */
function collect(events: AsyncIterable<WatchEvent>) {
  const seen: string[] = [];
  const done = (async () => {
    for await (const event of events) seen.push(line(event));
  })();
  return { seen, done };
}

test('an execution is followed in the store from another process: its calls, its waits, its end', async () => {
  const all = processes();
  const { reprise } = all.start();
  const open = gate();
  const one = checkpoint('one', async () => 1);
  const two = checkpoint('two', async () => open.promise, { effect: 'once' });
  const f = reprise.flow('f', async () => {
    await one();
    await two();
    await wait('approve');
  });
  await f.start(undefined, { id: 'x' });
  await settled();
  const { seen, done } = collect(all.start().reprise.executions.watch('x'));
  await all.pass(250);
  expect(seen).toEqual(['one completed', 'two begun', 'running']);
  open.resolve();
  await settled();
  await longerThanGrace();
  await all.pass(250);
  expect(seen.slice(3)).toEqual(['two completed', 'approve begun', 'waiting, waits for approve']);
  await reprise.waits.answer('x', 'approve', 1);
  await (await f.start(undefined, { id: 'x' })).result();
  await all.pass(250);
  await done;
  expect(seen.slice(6)).toEqual(['approve completed', 'completed']);
});

test('an execution that is over is told once, and the watching ends', async () => {
  const { reprise } = processes().start();
  const one = checkpoint('one', async () => 1);
  await (await reprise.flow('f', () => one()).start(undefined, { id: 'x' })).result();
  await settled();
  const { seen, done } = collect(reprise.executions.watch('x'));
  await done;
  expect(seen).toEqual(['one completed', 'completed']);
});

test('a signal ends the watching at once, and leaves no timer', async () => {
  const all = processes();
  const { reprise } = all.start();
  await reprise.flow('f', () => new Promise(() => {})).start(undefined, { id: 'x' });
  const controller = new AbortController();
  const { seen, done } = collect(reprise.executions.watch('x', { signal: controller.signal, interval: 60_000 }));
  await settled();
  expect(seen).toEqual(['running']);
  controller.abort();
  await done;
});

test('leaving the loop ends the watching', async () => {
  const { reprise } = processes().start();
  await reprise.flow('f', () => new Promise(() => {})).start(undefined, { id: 'x' });
  for await (const event of reprise.executions.watch('x')) {
    expect(line(event)).toBe('running');
    break;
  }
});

test('an execution whose process dies is seen as crashed', async () => {
  const all = processes();
  const first = all.start();
  await first.reprise.flow('f', () => new Promise(() => {})).start(undefined, { id: 'x' });
  const { seen } = collect(all.start().reprise.executions.watch('x'));
  await all.pass(250);
  first.kill();
  await all.pass(250);
  expect(seen).toEqual(['running', 'crashed']);
});

test('an id that nobody has is NotFoundError', async () => {
  const { reprise } = processes().start();
  const error = await failure(collect(reprise.executions.watch('nobody')).done);
  expect(error).toBeInstanceOf(NotFoundError);
});
