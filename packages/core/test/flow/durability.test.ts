import { describe, expect, test } from 'vitest';
import { checkpoint } from '../../src/index.ts';
import { never, processes, settled } from '../processes.ts';

/** A store whose segments are stored when the test says so. */
function slowStore() {
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
  return {
    all,
    beSlow: () => (isSlow = true),
    beFast: () => {
      isSlow = false;
      for (const go of held.splice(0)) go();
    },
  };
}

function steps() {
  const made: string[] = [];
  const first = checkpoint('first', async () => made.push('first'));
  const second = checkpoint('second', async () => made.push('second'));
  return { made, program: async () => [await first(), await second()] };
}

describe("durability 'sync', the default", () => {
  test('the next call begins when the outcome before it is stored', async () => {
    const { all, beSlow, beFast } = slowStore();
    const { made, program } = steps();
    const handle = await all.start().reprise.flow('f', program).start(undefined);
    beSlow();
    await settled();
    expect(made).toEqual(['first']);
    beFast();
    expect(await handle.result()).toEqual([1, 2]);
  });
});

describe("durability 'async'", () => {
  test('the next call begins while the outcome before it is being stored', async () => {
    const { all, beSlow, beFast } = slowStore();
    const { made, program } = steps();
    const handle = await all.start().reprise.flow('f', program, { durability: 'async' }).start(undefined);
    beSlow();
    await settled();
    expect(made).toEqual(['first', 'second']);
    beFast();
    expect(await handle.result()).toEqual([1, 2]);
  });

  test('the result is given when everything is stored', async () => {
    const { all, beSlow, beFast } = slowStore();
    const { program } = steps();
    const handle = await all.start().reprise.flow('f', program, { durability: 'async' }).start(undefined, { id: 'x' });
    beSlow();
    let isDone = false;
    void handle.result().then(() => (isDone = true));
    await settled();
    expect(isDone).toBe(false);
    beFast();
    await handle.result();
    const { journal, status } = await all.start().reprise.executions.get('x');
    expect(status).toBe('completed');
    expect(journal.map(({ status }) => status)).toEqual(['completed', 'completed']);
  });

  test('a crash loses no more than what was not stored, and the rest is served', async () => {
    const { all, beSlow, beFast } = slowStore();
    const made: string[] = [];
    const step = checkpoint('step', async (name: string) => made.push(name));
    const program = (hang: boolean) => async () => {
      await step('a');
      await settled();
      if (hang) beSlow();
      await step('b');
      await step('c');
      if (hang) await never();
    };
    const first = all.start();
    await first.reprise.flow('f', program(true), { durability: 'async' }).start(undefined, { id: 'x' });
    await settled();
    await settled();
    first.kill();
    expect(made).toEqual(['a', 'b', 'c']);
    beFast();
    made.length = 0;
    const second = all.start();
    await (
      await second.reprise.flow('f', program(false), { durability: 'async' }).start(undefined, { id: 'x' })
    ).result();
    expect(made.join()).toMatch(/^(b,)?(c)?$/);
    expect(second.story).toContain('served step');
  });

  test("an intent with effect 'once' is waited for all the same", async () => {
    const { all, beSlow, beFast } = slowStore();
    const made: string[] = [];
    const pay = checkpoint('pay', async () => made.push('pay'), { effect: 'once' });
    const program = async () => {
      beSlow();
      await pay();
    };
    const handle = await all.start().reprise.flow('f', program, { durability: 'async' }).start(undefined);
    await settled();
    expect(made).toEqual([]);
    beFast();
    await handle.result();
  });

  test('a store that will not take it fails the flow', async () => {
    const all = processes();
    const { putIfAbsent } = all.driver;
    let isAway = false;
    Object.assign(all.driver, {
      putIfAbsent: async (key: string, value: string) => {
        if (isAway) throw new Error('away');
        return putIfAbsent?.(key, value);
      },
    });
    const { program } = steps();
    const { reprise } = all.start({ patience: 0 });
    const handle = await reprise.flow('f', program, { durability: 'async' }).start(undefined);
    isAway = true;
    await expect(handle.result()).rejects.toMatchObject({ code: 'REPRISE_STORE' });
  });
});
