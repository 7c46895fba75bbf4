import { isDeepStrictEqual } from 'node:util';
import type { EngineOptions } from '../flow/engine.ts';
import type { Flow } from '../flow/flow.ts';
import { refuseWhenOff } from '../flow/off.ts';
import type { Reprise } from '../reprise.ts';
import type { Boundary, BoundaryPoint } from './boundary.ts';
import { CrashTestError, type Difference } from './crash-test-error.ts';
import type { Program } from './run-process.ts';
import { type Evidence, Trial } from './trial.ts';
import { compare, repeatedCalls } from './verdict.ts';

/** How a flow is crashed. */
export interface CrashOptions {
  /**
   * What answers the flow's waits, by their names: a value, or a function that is given the wait. Answers are
   * given whenever the flow is parked. A wait that has none is left to its deadline, as sleeps are to their end;
   * no real time passes.
   *
   * A call with `effect: 'once'` that a crash leaves in doubt asks '<name> in doubt', as it would in earnest.
   */
  readonly answers?: Readonly<Record<string, unknown>>;
  /** Called before each run: puts back what the flow changes outside. */
  readonly before?: () => unknown;
  /**
   * What the flow has done outside. It is called after each run, and must come out as without a crash. A call that
   * is under way at a crash is made again, so what it does must be done twice without harm, or with `effect: 'once'`.
   */
  readonly effects?: () => unknown;
  /** 2: crashes once more on the way back, at a third of the writes there. @default 1 */
  readonly depth?: 1 | 2;
  /** How the engines are set up. */
  readonly engine?: Omit<EngineOptions, 'store' | 'world'>;
  /** How long one process may take until it counts as stuck, in real milliseconds. @default 10_000 */
  readonly limit?: number;
}

/** A flow that has survived every crash. */
export interface CrashReport<Result> {
  /** How many writes the uninterrupted run made; at each it was crashed twice: the write lost, and the write landed. */
  readonly boundaries: number;
  readonly crashes: readonly SurvivedCrash[];
  /** What the flow resolves with. */
  readonly result: Result;
}

export interface SurvivedCrash {
  readonly boundary: Boundary;
  /** The second crash, on the way back from the first. */
  readonly second: Boundary | undefined;
  /** The names of the calls that were under way, and were made again. */
  readonly repeated: readonly string[];
}

/** The input, which a flow that takes none goes without, and the options. */
export type CrashArguments<Input> = undefined extends Input
  ? [input?: Input, options?: CrashOptions]
  : [input: Input, options?: CrashOptions];

// Which of the writes on the way back get the second crash; each first crash begins with another one.
const SECOND_CRASH_EVERY = 3;

/**
 * Crashes a flow at every point at which it writes to its store, goes on with it in a new engine, and makes sure
 * that nobody can tell: the same result, the same effects, each recorded call made once, and only what was under
 * way made again. Rejects with a `CrashTestError` about the first crash that shows.
 *
 * A crash ends the process in the eyes of store, clock and journal; the JavaScript of bodies that are under way
 * runs on, as if they had come to their end a moment before. The flow must be deterministic: what its calls
 * return decides what it does. State of its own belongs inside of `makeFlow`, which is called for each process.
 *
 * @example
 * const report = await everyCrash(
 *   (reprise) => reprise.flow('agent', async (topic: string) => publish(await write(topic), await wait('approve'))),
 *   'otters',
 *   { answers: { approve: true }, before: () => blog.clear(), effects: () => blog.posts() },
 * );
 */
export async function everyCrash<Input, Result>(
  makeFlow: (reprise: Reprise) => Flow<Input, Result>,
  ...[input, options = {}]: CrashArguments<Input>
): Promise<CrashReport<Result>> {
  refuseWhenOff('there is nothing that a crash could be survived with');
  const { depth = 1, engine = {}, limit = 10_000 } = options;
  const program = { makeFlow, input: input as Input, engine, limit, endless: new Set<string>() };
  const test = new CrashTest(program, options);
  const expected = await test.run([]);
  const { ending, writes } = expected;
  if (!ending.ok) throw ending.error;

  const crashes: SurvivedCrash[] = [];
  for (const [index, point] of everyPoint(writes).entries()) {
    const survived = await test.survive(expected, [point]);
    crashes.push(...survived.crashes);
    if (depth === 1) continue;
    for (const second of everyPoint(survived.writes)) {
      if ((second.write + index) % SECOND_CRASH_EVERY !== 0) continue;
      crashes.push(...(await test.survive(expected, [point, second])).crashes);
    }
  }
  return { boundaries: writes, crashes, result: ending.value };
}

function everyPoint(writes: number): BoundaryPoint[] {
  return Array.from({ length: writes * 2 }, (_, i) => ({ write: (i >> 1) + 1, landed: i % 2 === 1 }));
}

interface Run<Result> extends Evidence<Result> {
  readonly effects: unknown;
}

class CrashTest<Input, Result> {
  readonly #program: Program<Input, Result>;
  readonly #options: CrashOptions;

  constructor(program: Program<Input, Result>, options: CrashOptions) {
    this.#program = program;
    this.#options = options;
  }

  async run(points: readonly BoundaryPoint[]): Promise<Run<Result>> {
    const { answers = {}, before, effects } = this.#options;
    await before?.();
    const evidence = await new Trial(this.#program, answers, points).run();
    // What the flow goes on to change must not change what was seen.
    return { ...evidence, effects: structuredClone(effects?.()) };
  }

  /** Runs the flow with crashes at these points. Parallel calls share writes as it happens, so a point may not come. */
  async survive(
    expected: Run<Result>,
    points: readonly BoundaryPoint[],
  ): Promise<{ crashes: SurvivedCrash[]; writes: number }> {
    const actual = await this.run(points);
    const difference = differenceOf(expected, actual);
    if (difference) throw await this.#errorAbout(expected, actual, difference);
    const [boundary, second] = actual.crashes;
    const isNew = boundary && actual.crashes.length === points.length;
    const crashes = isNew ? [{ boundary, second, repeated: repeatedCalls(actual) }] : [];
    return { crashes, writes: isNew ? actual.writes : 0 };
  }

  async #errorAbout(expected: Run<Result>, { flow, crashes }: Run<Result>, difference: Difference): Promise<Error> {
    const other = differenceOf(expected, await this.run([]));
    const hint = other
      ? `Two runs without a crash differ as well: ${other.problem}. Make the flow deterministic, and put back in 'before' what it changes.`
      : undefined;
    return new CrashTestError(flow, crashes, difference, hint);
  }
}

function differenceOf(expected: Run<unknown>, actual: Run<unknown>): Difference | undefined {
  const difference = compare(expected, actual);
  if (difference || isDeepStrictEqual(expected.effects, actual.effects)) return difference;
  return { problem: 'its effects are others', expected: expected.effects, actual: actual.effects };
}
