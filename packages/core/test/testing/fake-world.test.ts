import { describe, expect, test } from 'vitest';
import { checkpoint, ExecutionBusyError, Reprise, sleep, WaitingError, wait } from '../../src/index.ts';
import { memoryDriver } from '../../src/store.ts';
import { fakeWorld } from '../../src/testing.ts';

describe('the clock of a fake world', () => {
  test('stands until time is advanced', async () => {
    const world = fakeWorld({ start: new Date('2030-05-01T12:00:00Z') });
    expect(new Date(world.now()).toISOString()).toBe('2030-05-01T12:00:00.000Z');
    await world.advance('90 minutes');
    expect(new Date(world.now()).toISOString()).toBe('2030-05-01T13:30:00.000Z');
  });

  test('begins at a fixed time where none is given', () => {
    expect(fakeWorld().now()).toBe(fakeWorld({ start: Date.UTC(2026, 0, 1) }).now());
  });

  test('shows to each timer the time that it was set for', async () => {
    const world = fakeWorld({ start: 0 });
    const seen: [string, number][] = [];
    world.setTimer(() => seen.push(['late', world.now()]), 3_000);
    world.setTimer(() => seen.push(['early', world.now()]), 1_000);
    world.setTimer(() => seen.push(['early, set second', world.now()]), 1_000);
    world.setTimer(() => seen.push(['too late', world.now()]), 3_001);
    await world.advance(3_000);
    expect(seen).toEqual([
      ['early', 1_000],
      ['early, set second', 1_000],
      ['late', 3_000],
    ]);
    expect(world.timers()).toBe(1);
  });

  test('lets a timer set others that fall into the same time', async () => {
    const world = fakeWorld({ start: 0 });
    const seen: number[] = [];
    const again = async () => {
      seen.push(world.now());
      await Promise.resolve();
      world.setTimer(() => void again(), 10);
    };
    world.setTimer(() => void again(), 10);
    await world.advance(45);
    expect(seen).toEqual([10, 20, 30, 40]);
  });

  test('never calls a timer that was cleared', async () => {
    const world = fakeWorld();
    const seen: string[] = [];
    const timer = world.setTimer(() => seen.push('cleared'), 10);
    world.setTimer(() => world.clearTimer(timer), 5);
    await world.advance(20);
    expect(seen).toEqual([]);
  });
});

describe('the ids of a fake world', () => {
  test('come out the same each time, in the order of time', async () => {
    const ids = async () => {
      const world = fakeWorld();
      const first = [world.newId(), world.newId()];
      await world.advance(1);
      return [...first, world.newId(), world.spawn().newId()];
    };
    const seen = await ids();
    expect(await ids()).toEqual(seen);
    expect([...seen].sort()).toEqual(seen);
    expect(new Set(seen).size).toBe(4);
    expect(seen[0]).toMatch(/^[0-9a-z]{26}$/);
  });
});

describe('the processes of a fake world', () => {
  test('share a clock, and see whether the others live', async () => {
    const first = fakeWorld();
    const second = first.spawn();
    const seen: string[] = [];
    first.setTimer(() => seen.push('first'), 10);
    second.setTimer(() => seen.push('second'), 10);
    expect(second.isAlive(first.pid)).toBe(true);
    first.exit();
    expect(second.isAlive(first.pid)).toBe(false);
    first.setTimer(() => seen.push('after its end'), 5);
    await second.advance(20);
    expect(seen).toEqual(['second']);
    expect(first.now()).toBe(second.now());
  });

  test('leave an execution alone while its process lives, and take it over when it has ended', async () => {
    const store = memoryDriver();
    const first = fakeWorld();
    const second = first.spawn();
    const never = checkpoint('never', () => new Promise<string>(() => {}));
    await new Reprise({ store, world: first }).flow('agent', async () => never()).start(undefined, { id: 'a' });

    const flow = new Reprise({ store, world: second }).flow('agent', async () => 'done');
    await expect(flow.start(undefined, { id: 'a' })).rejects.toThrow(ExecutionBusyError);
    first.exit();
    const handle = await flow.start(undefined, { id: 'a' });
    expect(await handle.result()).toBe('done');
  });
});

describe('a flow in a fake world', () => {
  test('sleeps for three days in no time', async () => {
    const world = fakeWorld();
    const store = memoryDriver();
    const start = () => {
      const reprise = new Reprise({ store, world });
      return {
        reprise,
        flow: reprise.flow('reminder', async () => {
          await sleep('3 days');
          return new Date(world.now()).toISOString();
        }),
      };
    };
    const handle = await start().flow.start(undefined, { id: 'a' });
    await expect(handle.result()).rejects.toThrow(WaitingError);

    await world.advance('2 days');
    expect(await start().reprise.recover()).toEqual([]);
    await world.advance('1 day');
    const [recovered] = await start().reprise.recover();
    expect(await recovered?.result()).toBe('2026-01-04T00:00:00.000Z');
  });

  test('meets the deadline of a wait, and the timeout of a call, when time is advanced', async () => {
    const world = fakeWorld();
    const hangs = checkpoint('hangs', () => new Promise<string>(() => {}), { timeout: '1 hour' });
    const reprise = new Reprise({ store: memoryDriver(), world });
    const flow = reprise.flow('agent', async () => {
      const waited = wait('approve', { deadline: '30 minutes', default: 'nobody came' });
      const late = await hangs().catch((error: Error) => error.name);
      return [await waited, late, world.now() - Date.UTC(2026, 0, 1)];
    });
    const handle = await flow.start(undefined);
    await world.advance('2 hours');
    expect(await handle.result()).toEqual(['nobody came', 'CheckpointTimeoutError', 3_600_000]);
  });
});
