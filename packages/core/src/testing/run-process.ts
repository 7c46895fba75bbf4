import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionEvent } from '../execution/events.ts';
import type { Execution } from '../execution/execution.ts';
import { parked } from '../execution/parked.ts';
import type { EngineOptions } from '../flow/engine.ts';
import type { Flow } from '../flow/flow.ts';
import type { Reprise } from '../reprise.ts';
import type { Driver } from '../store/driver.ts';
import type { Clock } from './clock.ts';
import type { FakeWorld } from './fake-world.ts';
import { Life } from './life.ts';
import { mortalDriver, type OnWrite } from './mortal-driver.ts';
import { MortalReprise } from './mortal-reprise.ts';
import { passTime } from './passing-time.ts';

/** What a process of a crash test runs, and how. */
export interface Program<Input, Result> {
  readonly makeFlow: (reprise: Reprise) => Flow<Input, Result>;
  readonly input: Input;
  readonly engine: Omit<EngineOptions, 'store' | 'world'>;
  /** How long one process may take, in real milliseconds. */
  readonly limit: number;
  /** Calls whose bodies were seen not to end, by kind and name. It is added to. */
  readonly endless: Set<string>;
}

/** Where a process runs, and who is told of what it does. */
export interface Surroundings {
  readonly driver: Required<Driver>;
  readonly clock: Clock;
  readonly world: FakeWorld;
  readonly onWrite: OnWrite;
  readonly onEvent: (event: ExecutionEvent) => void;
  readonly onExecution: (execution: Execution) => void;
}

/** How a flow ended. */
export type Ending<Result> =
  | { readonly ok: true; readonly value: Result }
  | { readonly ok: false; readonly error: unknown };

/** How a process ended. `stuck`: it did not, and these calls are at work. */
export type ProcessEnd<Result> =
  | { readonly is: 'settled'; readonly ending: Ending<Result> }
  | { readonly is: 'crashed' }
  | { readonly is: 'stuck'; readonly working: readonly string[] };

/** The id of the execution that a crash test is about. */
export const EXECUTION = 'crash-test';

// A body that is under way when its process ends comes to its end, as if that had been a moment before. One that
// takes longer than this is left to itself.
const AFTERLIFE_MS = 250;

/** Starts a flow, or goes on with it, until it settles or the process ends. */
export async function runProcess<Input, Result>(
  program: Program<Input, Result>,
  { driver, clock, world, onWrite, onEvent, onExecution }: Surroundings,
): Promise<ProcessEnd<Result>> {
  const { makeFlow, input, engine, limit, endless } = program;
  const life = new Life(world);
  const options: EngineOptions = {
    ...engine,
    store: mortalDriver(driver, life, onWrite),
    world,
    observe: (event) => {
      if (life.isOver) return;
      onEvent(event);
      engine.observe?.(event);
    },
    // The store does not fail while the process lives, and when it has ended nobody is to wait for it.
    patience: 0,
  };
  const reprise = new MortalReprise(options, (execution) => {
    life.hold(execution);
    onExecution(execution);
  });
  const flow = makeFlow(reprise);

  async function settle(): Promise<ProcessEnd<Result>> {
    const ending = await endingOf(reprise, flow, input);
    // The losers of a race, and what they bring, belong to this process.
    if (await isAtRest(life, endless)) await reprise.close();
    return life.isOver ? parked() : { is: 'settled', ending };
  }

  async function crash(): Promise<ProcessEnd<Result>> {
    await life.ended;
    await isAtRest(life, endless);
    return { is: 'crashed' };
  }

  const over = new AbortController();
  async function getStuck(): Promise<ProcessEnd<Result>> {
    await delay(limit, undefined, { signal: over.signal }).catch(parked);
    return { is: 'stuck', working: life.working };
  }

  const time = passTime(clock, life, over.signal);
  try {
    return await Promise.race([settle(), crash(), getStuck()]);
  } finally {
    over.abort();
    await time;
    world.exit();
  }
}

/** What comes of a flow when its process does what one does that has just been started. */
async function endingOf<Input, Result>(
  reprise: Reprise,
  flow: Flow<Input, Result>,
  input: Input,
): Promise<Ending<Result>> {
  try {
    await reprise.recover();
    const handle = await flow.start(input, { id: EXECUTION });
    return { ok: true, value: await handle.result() };
  } catch (error) {
    return { ok: false, error };
  }
}

/** Waits for the calls that are under way, but not for those that do not end; tells whether there are none left. */
async function isAtRest(life: Life, endless: Set<string>): Promise<boolean> {
  const until = performance.now() + AFTERLIFE_MS;
  while (life.working.some((name) => !endless.has(name))) {
    if (performance.now() > until) for (const name of life.working) endless.add(name);
    await delay(1);
  }
  return life.working.length === 0;
}
