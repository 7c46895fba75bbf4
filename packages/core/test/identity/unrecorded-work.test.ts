import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, test } from 'vitest';
import { checkpoint, DivergenceError, now, random, uuid } from '../../src/index.ts';
import { never, type Process, processes, settled } from '../processes.ts';

/**
 * Between calls a program does what is not recorded: it reads a file, asks a server, looks into a cache. On resume
 * that takes another time, and often another way. Each process here is told how its own work goes.
 */

// Where the program stands, past all that the engine knows: a value tells whose body made it.
const standing = new AsyncLocalStorage<string>();

/**
 * Done when this is; or after so many awaits in code of its own, of promises that it has made before, or of values that
 * are no promises.
 */
type Pace = Promise<unknown> | number | { readonly plain: number };

/** How long things take in one process. What is not named is done at once. */
interface Life {
  /** Work that is not needed, so that nothing waits for it. */
  readonly spared?: readonly string[];
  /** Work that is not recorded, by its name. */
  readonly work?: Readonly<Record<string, Pace>>;
  /** Bodies, by the place that their call stands in. */
  readonly body?: Readonly<Record<string, Pace>>;
}

interface Tools {
  /** Work that is not recorded. */
  work(name: string): Promise<unknown>;
  /** Whether work is needed at all: it is not where a cache has its result. */
  needs(name: string): boolean;
  /** A checkpoint without input; its body tells where it was called. */
  llm(place: string): Promise<string>;
  /** A checkpoint with an input. */
  tool(place: string, input: string): Promise<string>;
}

type Program = (tools: Tools) => Promise<unknown>;

const done = Promise.resolve();
const later = () => Promise.withResolvers<void>();

function take(pace: Pace = done): Promise<unknown> {
  if (typeof pace === 'number') return hops(pace);
  return pace instanceof Promise ? pace : plainHops(pace.plain);
}

async function hops(count: number): Promise<void> {
  const turns = Array.from({ length: count }, () => new Promise(setImmediate));
  for (const turn of turns) await turn;
}

async function plainHops(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await 'no promise';
}

function start(process: Process, program: Program, bodies: string[], { spared = [], work = {}, body = {} }: Life) {
  async function run(): Promise<string> {
    const place = standing.getStore() as string;
    bodies.push(place);
    await take(body[place]);
    return `from ${place}`;
  }
  const llm = checkpoint('llm', run);
  const tool = checkpoint('tool', (_input: string) => run());
  const tools: Tools = {
    work: (name) => take(work[name]),
    needs: (name) => !spared.includes(name),
    llm: (place) => standing.run(place, llm),
    tool: (place, input) => standing.run(place, () => tool(input)),
  };
  return process.reprise.flow('program', () => program(tools)).start(undefined, { id: 'x' });
}

/** Runs the program in a process that is killed when nothing moves any more, and resumes it in another one. */
async function crashed(program: Program, before: Life) {
  const all = processes();
  const bodies: string[] = [];
  const process = all.start();
  await start(process, program, bodies, before);
  await settled();
  process.kill();
  const begun = bodies.splice(0);
  return {
    begun,
    /** `meanwhile` happens when nothing moves any more, and before any time passes. */
    async resume(after: Life, meanwhile: () => void = () => {}) {
      const handle = await start(all.start(), program, bodies, after);
      const result = handle.result();
      result.catch(() => {});
      await settled();
      meanwhile();
      await settled();
      await all.pass(10_000);
      return { result, made: bodies };
    },
  };
}

describe('work that takes longer than before', () => {
  test('a call that comes after its place was passed is served all the same', async () => {
    const program: Program = async ({ llm, work }) => {
      const first = await llm('first');
      await work('between');
      return [first, await llm('second'), await llm('third')];
    };
    const { resume } = await crashed(program, { body: { third: never() } });
    const between = later();
    const { result, made } = await resume({ work: { between: between.promise } }, between.resolve);
    expect(await result).toEqual(['from first', 'from second', 'from third']);
    expect(made).toEqual(['third']);
  });

  test('a call that comes when it was not waited for any more is served all the same', async () => {
    const program: Program = ({ tool, llm, work }) =>
      Promise.all([work('slow').then(() => tool('slow', 'slow')), llm('quick').then(() => llm('next'))]);
    const { resume } = await crashed(program, { body: { next: never() } });
    const slow = later();
    const { result, made } = await resume({ work: { slow: slow.promise } });
    slow.resolve();
    expect(await result).toEqual(['from slow', 'from next']);
    expect(made).toEqual(['next']);
  });

  test('a recorded winner of a race stays the winner while an earlier outcome is still to be handed out', async () => {
    const program: Program = async ({ llm, tool, work }) => {
      const other = llm('other.0').then(async (first) => [first, await work('gap'), await llm('other.1')]);
      const winner = await Promise.race([tool('a', 'a'), tool('b', 'b')]);
      return [winner, await llm('after'), (await other).at(-1)];
    };
    const { begun, resume } = await crashed(program, { body: { a: 3, b: never(), after: never() } });
    expect(begun).toContain('after');
    const gap = later();
    const { result } = await resume({ work: { gap: gap.promise } }, gap.resolve);
    expect(await result).toEqual(['from a', 'from after', 'from other.1']);
  });

  test('a recorded winner of a race stays the winner while it is still to be asked for', async () => {
    const program: Program = async ({ llm, tool, work }) => {
      const winner = await Promise.race([work('gap').then(() => tool('a', 'a')), tool('b', 'b')]);
      return [winner, await llm('after')];
    };
    const { begun, resume } = await crashed(program, { body: { b: never(), after: never() } });
    expect(begun).toContain('after');
    const gap = later();
    const { result } = await resume({ work: { gap: gap.promise } }, gap.resolve);
    expect(await result).toEqual(['from a', 'from after']);
  });

  test('a recorded winner of a race stays the winner, though it waits for more than the outcome before it', async () => {
    const program: Program = async ({ llm, tool, work }) => {
      const slow = Promise.all([llm('first'), work('gap')]).then(() => tool('a', 'a'));
      const winner = await Promise.race([slow, tool('b', 'b')]);
      return [winner, await llm('after')];
    };
    const { begun, resume } = await crashed(program, { body: { b: 40, after: never() } });
    expect(begun).toContain('after');
    const gap = later();
    const { result } = await resume({ work: { gap: gap.promise } }, gap.resolve);
    expect(await result).toEqual(['from a', 'from after']);
  });

  test('a call that was never made does not get the outcome of one that is late', async () => {
    const program: Program = ({ llm, tool, work }) => {
      const chain = async (name: string) => {
        await Promise.all([tool(`${name}.0`, name), work(name)]);
        return llm(`${name}.1`);
      };
      return Promise.all([chain('one'), chain('two')]);
    };
    const { begun, resume } = await crashed(program, { work: { two: never() } });
    expect(begun).toEqual(['one.0', 'two.0', 'one.1']);
    const late = later();
    const { result, made } = await resume({ work: { one: late.promise } }, late.resolve);
    expect(await result).toEqual(['from one.1', 'from two.1']);
    expect(made).toEqual(['two.1']);
  });
});

describe('work that goes another way than before', () => {
  const ways = [0, 1, 2, 3].flatMap((before) => [0, 1, 2, 3].map((after) => [before, after] as const));

  test.each(ways)('a call after it is served (%i awaits before, now %i)', async (before, after) => {
    const program: Program = async ({ llm, work }) => {
      const first = await llm('first');
      await work('between');
      return [first, await llm('second'), await llm('third')];
    };
    const { resume } = await crashed(program, { work: { between: before }, body: { third: never() } });
    const { result, made } = await resume({ work: { between: after } });
    expect(await result).toEqual(['from first', 'from second', 'from third']);
    expect(made).toEqual(['third']);
  });

  test.each(ways)('values after it are the same (%i awaits before, now %i)', async (before, after) => {
    const values: unknown[] = [];
    const program: Program = async ({ llm, tool, work }) => {
      await llm('first');
      await work('between');
      const drawn = [uuid(), random(), now()];
      values.push(drawn);
      return [await tool('second', JSON.stringify(drawn)), await llm('third')];
    };
    const { resume } = await crashed(program, { work: { between: before }, body: { third: never() } });
    const { result, made } = await resume({ work: { between: after } });
    expect(await result).toEqual(['from second', 'from third']);
    expect(made).toEqual(['third']);
    expect(values[1]).toEqual(values[0]);
  });

  test.each(ways)('values after it are the same (%i awaits of no promise before, now %i)', async (before, after) => {
    const program: Program = async ({ llm, tool, work }) => {
      await llm('first');
      await work('between');
      return [await tool('second', uuid()), await llm('third')];
    };
    const { resume } = await crashed(program, { work: { between: { plain: before } }, body: { third: never() } });
    const { result, made } = await resume({ work: { between: { plain: after } } });
    expect(await result).toEqual(['from second', 'from third']);
    expect(made).toEqual(['third']);
  });

  test.each(ways)('siblings after it keep their order (%i awaits before, now %i)', async (before, after) => {
    const program: Program = async ({ llm, work }) => {
      const pairs: unknown[] = [];
      for (const i of [1, 2, 3]) {
        await work('between');
        pairs.push(await Promise.all([llm(`${i} left`), llm(`${i} right`)]));
      }
      return [pairs, await llm('last')];
    };
    const { resume } = await crashed(program, {
      work: { between: before },
      body: { '2 left': 3, '3 left': 3, last: never() },
    });
    const { result, made } = await resume({ work: { between: after } });
    const pairs = [1, 2, 3].map((i) => [`from ${i} left`, `from ${i} right`]);
    expect(await result).toEqual([pairs, 'from last']);
    expect(made).toEqual(['last']);
  });

  test.each(ways)(
    'siblings of which one was under way are not mixed up (%i awaits before, now %i)',
    async (before, after) => {
      const program: Program = async ({ llm, work }) => {
        await work('between');
        const first = await llm('first');
        await work('between');
        return [first, ...(await Promise.all([llm('left'), llm('right')]))];
      };
      const { resume } = await crashed(program, { work: { between: before }, body: { right: never() } });
      const { result, made } = await resume({ work: { between: after } });
      expect(await result).toEqual(['from first', 'from left', 'from right']);
      expect(made).toEqual(['right']);
    },
  );

  const mixed = [0, 1, 2, 3, 4].flatMap((a) => [0, 1, 2, 3, 4].flatMap((b) => [0, 1, 2, 3, 4].map((c) => [a, b, c])));

  test('branches of equal calls get their own outcomes, or a divergence before anything goes on with another', async () => {
    const program: Program = ({ llm, tool, work }) =>
      Promise.all(
        ['one', 'two', 'three'].map(async (name) => {
          await work(name);
          const value = await llm(name);
          return tool(`${name} with ${value}`, value);
        }),
      );
    // All begin before the first of them ends.
    const inHand = { 'one with from one': never(), 'two with from two': never(), 'three with from three': never() };
    const body = { one: 9, two: 9, three: 9, ...inHand };
    const lives: Life[] = [
      { work: { one: 3, two: 3, three: 3 }, body },
      { work: { one: 3, two: 3, three: 3 }, body: { ...body, three: never() } },
      { work: { one: 1, two: 3, three: 0 }, body: { ...body, one: never() } },
      { work: { one: 0, two: 2, three: 2 }, body },
    ];
    for (const before of lives) {
      for (const [one = 0, two = 0, three = 0] of mixed) {
        const { resume } = await crashed(program, before);
        const { result, made } = await resume({ work: { one, two, three } });
        const outcome = await result.catch((error) => error);
        const wrong = made.filter((place) => place.includes(' with ') && !/^(\w+) with from \1$/.test(place));
        expect([one, two, three, wrong]).toEqual([one, two, three, []]);
        if (DivergenceError.isInstance(outcome)) continue;
        const own = ['one', 'two', 'three'].map((name) => `from ${name} with from ${name}`);
        expect([one, two, three, outcome]).toEqual([one, two, three, own]);
      }
    }
  });

  // Where some branches began at once, and now others do, equal calls can be taken for one another: the limit that
  // docs/identity.md names.
  test('branches that all waited, and wait now only where they need to, get their own outcomes, or a divergence', async () => {
    const names = ['one', 'two', 'three'];
    const program: Program = ({ llm, tool, work, needs }) =>
      Promise.all(
        names.map(async (name) => {
          if (needs(name)) await work(name);
          const value = await llm(name);
          return tool(`${name} with ${value}`, value);
        }),
      );
    const inHand = Object.fromEntries(names.map((name) => [`${name} with from ${name}`, never()]));
    const own = names.map((name) => `from ${name} with from ${name}`);
    for (const bits of [0, 1, 2, 3, 4, 5, 6, 7]) {
      const spared = names.filter((_, i) => bits & (1 << i));
      for (const before of [[], spared]) {
        const { resume } = await crashed(program, { spared: before, body: { one: 9, two: 9, three: 9, ...inHand } });
        const { result, made } = await resume({ spared });
        const outcome = await result.catch((error) => error);
        const wrong = made.filter((place) => place.includes(' with ') && !/^(\w+) with from \1$/.test(place));
        expect([before, spared, wrong]).toEqual([before, spared, []]);
        if (before.length !== spared.length && DivergenceError.isInstance(outcome)) continue;
        expect([before, spared, outcome]).toEqual([before, spared, own]);
      }
    }
  });

  test('branches of calls with inputs of their own always get their own outcomes', async () => {
    const program: Program = ({ tool, work }) =>
      Promise.all(
        ['one', 'two', 'three'].map(async (name) => {
          await work(name);
          return tool(name, name);
        }),
      );
    for (const before of [
      { one: 2, two: 2, three: 2 },
      { one: 0, two: 1, three: never() },
      { one: 1, two: never(), three: 0 },
      { one: never(), two: never(), three: 3 },
      { one: 3, two: never(), three: never() },
    ]) {
      for (const [one = 0, two = 0, three = 0] of mixed) {
        const { resume } = await crashed(program, { work: before });
        const { result } = await resume({ work: { one, two, three } });
        const outcome = await result.catch((error) => error);
        expect([before, one, two, three, outcome]).toEqual([
          before,
          one,
          two,
          three,
          ['from one', 'from two', 'from three'],
        ]);
      }
    }
  });
});

test('outcomes too large for their record are handed out in the order of the others', async () => {
  const all = processes();
  const big = checkpoint('big', async () => 'x'.repeat(100_000));
  const small = checkpoint('small', async () => 'small');
  const define = ({ reprise }: Process, hang: boolean) =>
    reprise.flow('f', async () => {
      const winner = await Promise.race([big(), small()]);
      if (hang) await never();
      return winner.length;
    });
  const first = all.start();
  await define(first, true).start(undefined, { id: 'x' });
  await settled();
  first.kill();
  expect(await (await define(all.start(), false).start(undefined, { id: 'x' })).result()).toBe(100_000);
});
