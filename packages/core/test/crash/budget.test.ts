import { expect, test } from 'vitest';
import { call, callStream } from '../../src/adapter.ts';
import { type Budget, BudgetExceededError, type Reprise, WaitingError } from '../../src/index.ts';
import type { Driver } from '../../src/store/driver.ts';
import { memoryDriver } from '../../src/store/memory.ts';
import { everyCrash } from '../../src/testing.ts';
import { processes, settled } from '../processes.ts';
import { turns } from './bodies.ts';

const PRICE = 100;

function ask(name: string, bill: (tokens: number) => void = () => {}): Promise<string> {
  return call({
    kind: 'llm',
    name,
    input: name,
    asks: { model: 'test-1' },
    run: async () => {
      bill(PRICE);
      await turns(2);
      return `answer to ${name}`;
    },
    usage: () => ({ model: 'test-1', input_tokens: PRICE, output_tokens: 0 }),
  });
}

/** Two parallel branches of four calls each, one of them a child, and a call before and after. */
function branching(reprise: Reprise, budget: Budget, bill?: (tokens: number) => void) {
  const chain = async (name: string) => {
    const answers: string[] = [];
    for (let n = 1; n <= 4; n++) answers.push(await ask(`${name}${n}`, bill));
    return answers;
  };
  const child = reprise.flow('child', chain);
  return reprise.flow(
    'branching',
    async () => {
      const first = await ask('first', bill);
      const both = await Promise.all([chain('a'), child('b')]);
      return [first, ...both.flat(), await ask('last', bill)];
    },
    { budget },
  );
}

const ALL = ['first', 'a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'b3', 'b4', 'last'].map((name) => `answer to ${name}`);

test('a flow that keeps within its budget survives every crash', async () => {
  // Two calls in flight may have been paid for when a process dies.
  const report = await everyCrash((reprise) => branching(reprise, { tokens: 12 * PRICE }));
  expect(report.result).toEqual(ALL);
});

test('a question about a budget, and its answer, survive every crash', async () => {
  const report = await everyCrash(
    (reprise) => branching(reprise, { tokens: 5 * PRICE, onExceeded: 'wait' }),
    undefined,
    { answers: { budget: { tokens: 20 * PRICE } } },
  );
  expect(report.result).toEqual(ALL);
});

test('streams, and attempts that fail, keep within a budget over every crash', async () => {
  let failures = 0;
  const report = await everyCrash(
    (reprise) =>
      reprise.flow(
        'mixed',
        async () => {
          let text = '';
          for (let n = 1; n <= 2; n++) {
            const chunks = callStream<string>({
              kind: 'llm',
              name: `stream ${n}`,
              input: n,
              asks: { model: 'test-1' },
              async *run() {
                await turns(1);
                yield* ['a', 'b'];
              },
              usage: () => ({ model: 'test-1', input_tokens: 0, output_tokens: PRICE }),
            });
            for await (const chunk of chunks) text += chunk;
          }
          const flaky = call({
            kind: 'llm',
            name: 'flaky',
            input: 'flaky',
            asks: { model: 'test-1' },
            retry: { attempts: 2, backoff: 1 },
            run: async ({ attempt }) => {
              if (attempt === 1) throw new Error(`failure ${++failures}`);
              return 'c';
            },
            usage: () => ({ model: 'test-1', input_tokens: PRICE, output_tokens: 0 }),
          });
          return text + (await flaky) + (await ask('last'));
        },
        { budget: { tokens: 7 * PRICE } },
      ),
    undefined,
  );
  expect(report.result).toBe('ababcanswer to last');
  expect(failures).toBeGreaterThan(report.boundaries);
});

/** A store that ends its process at a write: before it landed, or after. */
function fatalAt(driver: Driver, write: number, landed: boolean, kill: () => void): Driver {
  let count = 0;
  const around = async <T>(work: () => Promise<T> | undefined): Promise<T> => {
    const isFatal = ++count === write;
    if (isFatal && !landed) kill();
    const result = isFatal && !landed ? undefined : await work();
    if (isFatal) kill();
    return result as T;
  };
  return {
    ...driver,
    set: (key, value) => around(() => driver.set(key, value)),
    putIfAbsent: (key, value) => around(() => driver.putIfAbsent?.(key, value)),
  };
}

test('whichever writes three processes die at, no more is paid for than the budget allows', async () => {
  const budget = 6 * PRICE;
  for (let write = 1; write <= 24; write++) {
    const driver = memoryDriver();
    let billed = 0;
    let outcome: unknown;
    for (let life = 1; life <= 4; life++) {
      let kill = () => {};
      const fatal = life < 4 ? fatalAt(driver, write + life, (write + life) % 2 === 0, () => kill()) : driver;
      const all = processes(fatal);
      const process = all.start();
      kill = process.kill;
      const flow = branching(process.reprise, { tokens: budget }, (tokens) => {
        billed += tokens;
      });
      const ended = flow.start(undefined, { id: 'x', takeover: true }).then(({ result }) => result());
      outcome = undefined;
      ended.catch((error) => {
        outcome = error;
      });
      for (let i = 0; i < 5; i++) await settled();
      process.kill();
      expect(billed, `write ${write}, life ${life}`).toBeLessThanOrEqual(budget);
    }
    expect(BudgetExceededError.isInstance(outcome), `write ${write}: ${outcome}`).toBe(true);
    expect(WaitingError.isInstance(outcome)).toBe(false);
  }
});
