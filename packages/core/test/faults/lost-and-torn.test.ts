import { describe, expect, test } from 'vitest';
import { CorruptRecordError, checkpoint, Reprise } from '../../src/index.ts';
import { memoryDriver } from '../../src/store.ts';
import { type FakeWorld, fakeWorld, faultyStore } from '../../src/testing.ts';
import { ID, RESULT, startAgent, whileTimePasses } from './agent.ts';

const SEGMENTS = `reprise/j/${ID}/`;
const HEAD = `reprise/h/${ID}`;
const segment = (n: number) => `${SEGMENTS}${String(n).padStart(8, '0')}`;

/** A store with the agent's journal, as a process leaves it that ends before the last segment is written. */
async function crashedAgent() {
  const driver = memoryDriver();
  const world = fakeWorld();
  const whole = startAgent(driver, { world });
  await whole.run();
  const segments = await driver.scan(SEGMENTS, { limit: 100 });
  await driver.deleteMany([segments.at(-1)?.key ?? '']);
  const [head] = await driver.getMany([HEAD]);
  world.exit();
  const bodies = new Map<string, number>();
  const next = () => startAgent(driver, { world: world.spawn(), bodies });
  return { driver, last: segments.length - 2, head, bodies, next };
}

describe('when a record is lost', () => {
  test('a segment in the middle is missed, by name, and no call is made again', async () => {
    const { driver, bodies, next } = await crashedAgent();
    await driver.deleteMany([segment(2)]);
    for (let i = 0; i < 2; i++) {
      await expect(next().run()).rejects.toThrow(
        new CorruptRecordError(
          segment(2),
          `The journal of execution ${ID} has lost the segment ${segment(2)}: segment 3 is there. ` +
            'Restore the store from a backup; going on would repeat calls that were paid for.',
        ),
      );
    }
    expect(bodies.size).toBe(0);
  });

  test('the last segments of a journal are missed, for the status tells how many there were', async () => {
    const { bodies, next } = await crashedAgent();
    const error = await next()
      .run()
      .catch((reason) => reason);
    expect(CorruptRecordError.isInstance(error)).toBe(true);
    expect(error.key).toBe(segment(6));
    expect(error.message).toContain('it has 6 segments, and it had 7 when its status was last written');
    expect(bodies.size).toBe(0);
  });

  test('a status is not needed to go on', async () => {
    const { driver, bodies, next } = await crashedAgent();
    await driver.deleteMany([HEAD]);
    expect(await next().run()).toBe(RESULT);
    expect([...bodies.values()]).toEqual([]);
    expect((await next().reprise.executions.get(ID)).status).toBe('completed');
  });

  test('a large value is missed, by name, and its call is not made again', async () => {
    const driver = memoryDriver();
    const world = fakeWorld();
    let made = 0;
    const start = (process: FakeWorld) => {
      const reprise = new Reprise({ store: driver, world: process });
      const fetch = checkpoint('fetch', async (size: number) => {
        made++;
        return 'x'.repeat(size);
      });
      const flow = reprise.flow('fetcher', async (size: number) => {
        const text = await fetch(size);
        if (process === world) throw new Error('the network is down');
        return text.length;
      });
      return async () => (await flow.start(100_000, { id: ID })).result();
    };
    await expect(start(world)()).rejects.toThrow('the network is down');
    const [blob] = await driver.keys(`reprise/b/${ID}/`);
    await driver.deleteMany([blob as string]);
    await expect(start(world.spawn())()).rejects.toThrow(
      `${blob} is missing, and the journal of execution ${ID} refers to it. Restore the store from a backup.`,
    );
    expect(made).toBe(1);
  });
});

describe('when a record is damaged', () => {
  test.each([
    ['cut off', (text: string) => text.slice(0, text.length / 2)],
    ['changed in one character', (text: string) => text.replace('otters', 'others')],
    ['not ours', () => '{"someone":"else"}'],
    ['of a later release', (text: string) => text.replace(/^r2:/, 'r9:')],
  ])('a segment that is %s is an error that names it, and no call is made again', async (_, damage) => {
    const { driver, bodies, next } = await crashedAgent();
    const [text] = await driver.getMany([segment(1)]);
    await driver.set(segment(1), damage(text as string));
    const error = await next()
      .run()
      .catch((reason) => reason);
    expect(CorruptRecordError.isInstance(error)).toBe(true);
    expect(error.key).toBe(segment(1));
    expect(error.message).toContain(segment(1));
    expect(bodies.size).toBe(0);
  });

  test('a torn segment stops the execution at once, and what it had paid for stays in the process', async () => {
    const world = fakeWorld();
    const driver = memoryDriver();
    const store = faultyStore(driver, [{ fault: 'tear', key: segment(2), times: 1 }], world);
    const agent = startAgent(store, { world });
    await expect(agent.run()).rejects.toThrow(`${segment(2)} is damaged, or was moved there from another key`);
    // Somebody has put the store in order.
    await driver.deleteMany([segment(2)]);
    expect(await agent.run()).toBe(RESULT);
    expect([...agent.bodies.values()].every((times) => times === 1)).toBe(true);
  });

  test('a torn large value is written again', async () => {
    const world = fakeWorld();
    const store = faultyStore(memoryDriver(), [{ fault: 'tear', key: 'reprise/b/', times: 2 }], world);
    const reprise = new Reprise({ store, world });
    const fetch = checkpoint('fetch', async () => 'x'.repeat(100_000));
    const flow = reprise.flow('fetcher', async () => (await fetch()).length);
    expect(await whileTimePasses(world, flow())).toBe(100_000);
    expect(store.requests.filter(({ met }) => met === 'tear')).toHaveLength(2);
    const [call] = (await reprise.executions.get((await reprise.executions.list())[0]?.id ?? '')).journal;
    expect(call?.output).toBe('x'.repeat(100_000));
  });
});
