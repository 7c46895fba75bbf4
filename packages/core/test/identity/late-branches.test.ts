import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { checkpoint, Reprise } from '../../src/index.ts';
import { type Driver, memoryDriver } from '../../src/store.ts';

/**
 * Branches that read a file or wait for a timer before their first call arrive in another order each time. Their
 * bodies return which branch they belong to, which nothing tells the engine.
 */

const ROUNDS = 4;
const LAST_BOUNDARY = 14;

function chance(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * milliseconds));
}

/** A store that answers nothing any more once so many writes have landed: its process is as good as dead. */
function dyingAfter(writes: number, driver: Required<Driver>): Driver {
  let left = writes;
  const never = () => new Promise<never>(() => {});
  return {
    name: 'dying',
    honest: true,
    getMany: (keys) => (left < 0 ? never() : driver.getMany(keys)),
    deleteMany: never,
    scan: (prefix, options) => (left < 0 ? never() : driver.scan(prefix, options)),
    set: (key, value) => (left-- > 0 ? driver.set(key, value) : never()),
    putIfAbsent: (key, value) => (left-- > 0 ? driver.putIfAbsent(key, value) : never()),
  };
}

type Program = () => Promise<unknown>;

/** Runs the program, kills it after so many writes, and gives the result of the second run. */
async function crashAndResume(program: Program, writes: number): Promise<unknown> {
  const store = memoryDriver();
  const first = new Reprise({ store: dyingAfter(writes, store) });
  const started = first.flow('branches', program).start(undefined, { id: 'it' });
  await Promise.race([started.then((handle) => handle.result()), chance(0).then(() => chance(60))]);
  const second = new Reprise({ store });
  const handle = await second.flow('branches', program).start(undefined, { id: 'it', takeover: true });
  return handle.result();
}

async function everyBoundary(program: Program, expected: unknown): Promise<void> {
  const results: unknown[] = [];
  for (let writes = 2; writes <= LAST_BOUNDARY; writes++) {
    const rounds = Array.from({ length: ROUNDS }, () => crashAndResume(program, writes));
    results.push(...(await Promise.all(rounds)));
  }
  expect(results).toEqual(results.map(() => expected));
}

describe('branches that start late and have equal names and no inputs get their own data', () => {
  const step = (name: string, branch: number) =>
    checkpoint(name, async () => {
      await chance(4);
      return branch;
    })();
  const expected = [0, 1, 2].map((branch) => [branch, branch, branch]);

  test('after a timer', async () => {
    const chain = async (branch: number) => {
      await chance(5);
      const first = await step('llm', branch);
      await chance(5);
      return [first, await step('llm', branch), await step('tool', branch)];
    };
    await everyBoundary(() => Promise.all([0, 1, 2].map(chain)), expected);
  });

  test('after reading a file, inside a function of their own', async () => {
    const prompt = async () => {
      await readFile(import.meta.filename);
      await chance(3);
    };
    const chain = async (branch: number) => {
      await prompt();
      const first = await step('llm', branch);
      await prompt();
      return [first, await step('llm', branch), await step('llm', branch)];
    };
    await everyBoundary(() => Promise.all([0, 1, 2].map(chain)), expected);
  });

  test('started one after the other while the first are at work', async () => {
    const chain = async (branch: number) => [
      await step('llm', branch),
      await step('llm', branch),
      await step('llm', branch),
    ];
    const program = async () => {
      const chains: Promise<number[]>[] = [];
      for (const branch of [0, 1, 2]) {
        chains.push(chain(branch));
        await chance(4);
      }
      return Promise.all(chains);
    };
    await everyBoundary(program, expected);
  });

  test('from a queue that runs two at a time', async () => {
    const chain = async (branch: number) => {
      await chance(2);
      return [await step('llm', branch), await step('llm', branch), await step('llm', branch)];
    };
    const program = async () => {
      const queue = [0, 1, 2];
      const done: number[][] = [];
      const worker = async () => {
        for (let branch = queue.shift(); branch !== undefined; branch = queue.shift()) {
          done[branch] = await chain(branch);
        }
      };
      await Promise.all([worker(), worker()]);
      return done;
    };
    await everyBoundary(program, expected);
  });
});

test('branches that start late and ask different things are not taken for one another', async () => {
  const ask = checkpoint('ask', async (question: string) => {
    await chance(4);
    return question.toUpperCase();
  });
  const branch = async (question: string) => {
    await chance(8);
    return ask(question);
  };
  await everyBoundary(() => Promise.all(['a', 'b', 'c', 'd'].map(branch)), ['A', 'B', 'C', 'D']);
});
