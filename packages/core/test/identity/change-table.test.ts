import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, test } from 'vitest';
import {
  checkpoint,
  DivergenceError,
  DriftError,
  ExecutionBusyError,
  type FlowOptions,
  wait,
} from '../../src/index.ts';
import { gate, longerThanGrace, never, type Process, processes, settled } from '../processes.ts';

/**
 * What becomes of an execution whose code has changed: `a`, `b` and `c` were recorded and it stood at a wait. Each
 * value names its call and holds a number that no other body has given out.
 */

interface Tools {
  step(name: string): Promise<string>;
  ask(topic: string): Promise<string>;
  approve(): Promise<string>;
}

type Program = (tools: Tools) => Promise<unknown>;

class Scene {
  readonly bodies: string[] = [];
  readonly #all = processes();
  #process: Process | undefined;
  #numbers = 0;

  /** Runs a program in a new process, under the id of the others; those before it are killed. */
  async run(program: Program, options: FlowOptions = {}) {
    this.#process?.kill();
    this.#process = this.#all.start();
    this.bodies.length = 0;
    const run = async (name: string): Promise<string> => {
      this.bodies.push(name);
      return `${name} ${++this.#numbers}`;
    };
    const ask = checkpoint('ask', (topic: string) => run(`ask ${topic}`));
    const steps = new Map<string, () => Promise<string>>();
    const tools: Tools = {
      step(name) {
        const step = steps.get(name) ?? checkpoint(name, () => run(name));
        steps.set(name, step);
        return step();
      },
      ask,
      approve: () => wait<string>('approve'),
    };
    const flow = this.#process.reprise.flow('table', () => program(tools), options);
    const handle = await flow.start(undefined, { id: 'it' });
    const outcome = handle.result().catch((error: unknown) => error);
    await longerThanGrace();
    await this.#all.pass(10_000);
    return outcome;
  }

  /** Runs the program up to its wait, answers that, and kills the process. */
  async upToTheWait(program: Program): Promise<void> {
    expect(await this.run(program)).toMatchObject({ code: 'REPRISE_WAITING' });
    await this.#process?.reprise.waits.answer('it', 'approve', 'yes');
  }
}

const original: Program = async ({ step, approve }) => {
  const values = [await step('a'), await step('b'), await step('c')];
  return [...values, await approve(), await step('tail')];
};

interface Change {
  readonly change: string;
  readonly program: Program;
  /** With `onDivergence: 'rerun'`: the result, and the bodies that run for it. */
  readonly result: readonly string[];
  readonly made: readonly string[];
}

const divergences: Change[] = [
  {
    change: 'b renamed to x',
    program: async ({ step, approve }) => {
      const values = [await step('a'), await step('x'), await step('c')];
      return [...values, await approve(), await step('tail')];
    },
    result: ['a 1', 'x 4', 'c 3', 'yes', 'tail 5'],
    made: ['x', 'tail'],
  },
  {
    change: 'x inserted between a and b',
    program: async ({ step, approve }) => {
      const values = [await step('a'), await step('x'), await step('b'), await step('c')];
      return [...values, await approve(), await step('tail')];
    },
    result: ['a 1', 'x 4', 'b 2', 'c 3', 'yes', 'tail 5'],
    made: ['x', 'tail'],
  },
  {
    change: 'x inserted before all others',
    program: async ({ step, approve }) => {
      const values = [await step('x'), await step('a'), await step('b'), await step('c')];
      return [...values, await approve(), await step('tail')];
    },
    result: ['x 4', 'a 1', 'b 2', 'c 3', 'yes', 'tail 5'],
    made: ['x', 'tail'],
  },
  {
    change: 'x appended before the wait',
    program: async ({ step, approve }) => {
      const values = [await step('a'), await step('b'), await step('c'), await step('x')];
      return [...values, await approve(), await step('tail')];
    },
    result: ['a 1', 'b 2', 'c 3', 'x 4', 'yes', 'tail 5'],
    made: ['x', 'tail'],
  },
];

describe.each(divergences)('$change', ({ program, result, made }) => {
  test('is a divergence that names both sides, before anything runs', async () => {
    const scene = new Scene();
    await scene.upToTheWait(original);
    const error = (await scene.run(program)) as DivergenceError;
    expect(DivergenceError.isInstance(error)).toBe(true);
    expect(error.actual).toMatchObject({ kind: 'checkpoint', name: 'x' });
    expect(error.recorded?.name).toMatch(/^(a|b|approve)$/);
    expect(error.message).toContain(`'${error.recorded?.name}'`);
    expect(error.message).toContain("'x'");
    expect(error.message).toContain("onDivergence: 'rerun'");
    expect(scene.bodies).toEqual([]);
  });

  test('goes on to the end when the code is mended', async () => {
    const scene = new Scene();
    await scene.upToTheWait(original);
    await scene.run(program);
    expect(await scene.run(original)).toEqual(['a 1', 'b 2', 'c 3', 'yes', 'tail 4']);
    expect(scene.bodies).toEqual(['tail']);
  });

  test("goes on to the end with onDivergence: 'rerun', and what still fits is served", async () => {
    const scene = new Scene();
    await scene.upToTheWait(original);
    await scene.run(program);
    expect(await scene.run(program, { onDivergence: 'rerun' })).toEqual(result);
    expect(scene.bodies).toEqual(made);
  });

  test('is served whole to the changed code once it has gone on with it', async () => {
    const scene = new Scene();
    await scene.upToTheWait(original);
    const upToTail: Program = (tools) =>
      program({ ...tools, step: (name) => (name === 'tail' ? never() : tools.step(name)) });
    void scene.run(upToTail, { onDivergence: 'rerun' });
    await longerThanGrace();
    await longerThanGrace();
    expect(await scene.run(program)).toEqual(result);
    expect(scene.bodies).toEqual(['tail']);
  });
});

interface Kept {
  readonly change: string;
  readonly before?: Program;
  readonly after: Program;
  readonly result: unknown;
}

/** In these the calls are the same ones in another arrangement: none is repeated, and none gets another's data. */
const rearrangements: Kept[] = [
  {
    change: 'b removed',
    after: async ({ step, approve }) => [await step('a'), await step('c'), await approve(), await step('tail')],
    result: ['a 1', 'c 3', 'yes', 'tail 4'],
  },
  {
    change: 'a and b swapped',
    after: async ({ step, approve }) => {
      const b = await step('b');
      return [await step('a'), b, await step('c'), await approve(), await step('tail')];
    },
    result: ['a 1', 'b 2', 'c 3', 'yes', 'tail 4'],
  },
  {
    change: 'calls of one name swapped that ask different things',
    before: async ({ ask, step, approve }) => [await ask('x'), await ask('y'), await approve(), await step('tail')],
    after: async ({ ask, step, approve }) => {
      const y = await ask('y');
      return [await ask('x'), y, await approve(), await step('tail')];
    },
    result: ['ask x 1', 'ask y 2', 'yes', 'tail 3'],
  },
  {
    change: 'calls one after the other made parallel',
    after: async ({ step, approve }) => {
      const values = await Promise.all([step('a'), step('b'), step('c')]);
      return [...values, await approve(), await step('tail')];
    },
    result: ['a 1', 'b 2', 'c 3', 'yes', 'tail 4'],
  },
  {
    change: 'parallel calls made one after the other',
    before: async ({ step, approve }) => {
      const values = await Promise.all([step('a'), step('b'), step('c')]);
      return [...values, await approve(), await step('tail')];
    },
    after: original,
    result: ['a 1', 'b 2', 'c 3', 'yes', 'tail 4'],
  },
  {
    change: 'calls moved into a function of their own',
    after: async ({ step, approve }) => {
      const work = async () => {
        const a = await step('a');
        return [a, await step('b')];
      };
      return [...(await work()), await step('c'), await approve(), await step('tail')];
    },
    result: ['a 1', 'b 2', 'c 3', 'yes', 'tail 4'],
  },
];

describe.each(rearrangements)('$change', ({ before = original, after, result }) => {
  test('gives each call its own outcome, and makes none again', async () => {
    const scene = new Scene();
    await scene.upToTheWait(before);
    expect(await scene.run(after)).toEqual(result);
    expect(scene.bodies).toEqual(['tail']);
  });

  test("goes on to the end with onDivergence: 'rerun', and no value belongs to another call", async () => {
    const scene = new Scene();
    await scene.upToTheWait(before);
    const outcome = await scene.run(after, { onDivergence: 'rerun', onDrift: 'rerun' });
    const names = (values: unknown) => (values as string[]).map((value) => value.replace(/ \d+$/, ''));
    expect(names(outcome)).toEqual(names(result));
  });
});

describe('the input of a call changed', () => {
  const about =
    (topic: string): Program =>
    async ({ ask, step, approve }) => [await ask(topic), await step('b'), await approve(), await step('tail')];

  test('is a drift that shows both inputs, before anything runs, and goes on when the code is mended', async () => {
    const scene = new Scene();
    await scene.upToTheWait(about('otters'));
    const error = (await scene.run(about('owls'))) as DriftError;
    expect(DriftError.isInstance(error)).toBe(true);
    expect(error.message).toMatch(/recorded checkpoint 'ask' .*\["otters"\].*now .*\["owls"\]/s);
    expect(scene.bodies).toEqual([]);
    expect(await scene.run(about('otters'))).toEqual(['ask otters 1', 'b 2', 'yes', 'tail 3']);
    expect(scene.bodies).toEqual(['tail']);
  });

  test("with onDrift: 'reuse' is served what was recorded", async () => {
    const scene = new Scene();
    await scene.upToTheWait(about('otters'));
    const result = await scene.run(about('owls'), { onDrift: 'reuse' });
    expect(result).toEqual(['ask otters 1', 'b 2', 'yes', 'tail 3']);
    expect(scene.bodies).toEqual(['tail']);
  });

  test("with onDrift: 'rerun' is made again, and what still fits is served", async () => {
    const scene = new Scene();
    await scene.upToTheWait(about('otters'));
    const result = await scene.run(about('owls'), { onDrift: 'rerun' });
    expect(result).toEqual(['ask owls 3', 'b 2', 'yes', 'tail 4']);
    expect(scene.bodies).toEqual(['ask owls', 'tail']);
  });
});

describe('two parallel chains, killed while their second calls are under way', () => {
  // Which of the four bodies come back before the process is killed, in this order.
  const orders = [
    ['left 1', 'right 1'],
    ['right 1', 'left 1'],
    ['right 1', 'right 2'],
    ['right 1', 'right 2', 'left 1'],
    ['left 1', 'left 2', 'right 1'],
    ['right 1', 'left 1', 'left 2'],
    ['right 1', 'left 1', 'right 2', 'left 2'],
  ];
  const shapes: [string, (place: string) => string][] = [
    ['different names', (place) => place],
    ['equal names', (place) => (place.endsWith('1') ? 'llm' : 'tool')],
    ['one name for all', () => 'llm'],
  ];

  describe.each(shapes)('with %s', (_, nameOf) => {
    test.each(orders.map((order) => [order.join(', '), order] as const))('and %s done', async (_, order) => {
      const all = processes();
      const standing = new AsyncLocalStorage<string>();
      const made: string[] = [];
      const start = async (process: Process, back: (place: string) => Promise<void>) => {
        const body = async () => {
          const place = standing.getStore() as string;
          made.push(place);
          await back(place);
          return `of ${place}`;
        };
        const step = (place: string) => standing.run(place, checkpoint(nameOf(place), body));
        const chain = async (side: string) => [await step(`${side} 1`), await step(`${side} 2`)];
        const flow = process.reprise.flow('chains', async () => Promise.all([chain('left'), chain('right')]));
        return flow.start(undefined, { id: 'it' });
      };
      const gates = new Map(order.map((place) => [place, gate()]));
      const first = all.start();
      await start(first, (place) => gates.get(place)?.promise ?? never());
      for (const place of order) {
        gates.get(place)?.resolve();
        await settled();
      }
      first.kill();
      made.length = 0;

      const handle = await start(all.start(), async () => {});
      expect(await handle.result()).toEqual([
        ['of left 1', 'of left 2'],
        ['of right 1', 'of right 2'],
      ]);
      const rest = ['left 1', 'left 2', 'right 1', 'right 2'].filter((place) => !order.includes(place));
      expect([...made].sort()).toEqual(rest);
    });
  });
});

test('of two processes that resume at once one goes on, and the next step runs once', async () => {
  const all = processes();
  const made: string[] = [];
  const start = (process: Process, hang: boolean) => {
    const step = checkpoint('step', async (name: string) => {
      made.push(name);
      if (hang && name === 'next') await never();
      return name;
    });
    const flow = process.reprise.flow('f', async () => [await step('done'), await step('next'), await step('last')]);
    return flow.start(undefined, { id: 'it' });
  };
  const first = all.start();
  await start(first, true);
  await settled();
  first.kill();
  made.length = 0;
  const outcomes = await Promise.allSettled(
    [all.start(), all.start()].map(async (process) => (await start(process, false)).result()),
  );
  const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(lost.map(({ reason }) => ExecutionBusyError.isInstance(reason))).toEqual([true]);
  expect(outcomes.filter((outcome) => outcome.status === 'fulfilled').map(({ value }) => value)).toEqual([
    ['done', 'next', 'last'],
  ]);
  expect(made).toEqual(['next', 'last']);
});
