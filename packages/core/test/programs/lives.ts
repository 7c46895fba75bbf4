import { type FlowOptions, NotFoundError, Reprise, WaitingError } from '../../src/index.ts';
import type { Driver } from '../../src/store/driver.ts';
import { memoryDriver } from '../../src/store/memory.ts';
import { type FakeWorld, fakeWorld } from '../../src/testing/fake-world.ts';
import { defineProgram, type Made, madeBy, type Outside, type RunBody } from './interpret.ts';
import type { Labelled } from './program.ts';

/** A process that runs a program: how long things take in it, and where it ends. */
export interface Life {
  readonly seed: number;
  /** The write to the store at which it ends, counted from its start; missing: it ends with the program. */
  readonly crash?: { readonly write: number; readonly landed: boolean } | undefined;
}

export type Ending = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly error: Error };

/** An outcome that a call has handed to the program. */
export interface Handed {
  readonly label: string;
  readonly hasInside: boolean;
  /** What stands there in the program. */
  readonly call: Made;
  /** Whose outcome it is. */
  readonly from: Made | undefined;
  readonly outcome: string;
  readonly ok: boolean;
}

/** What was to be seen of one process. */
export interface Seen {
  /** Missing where it crashed. */
  readonly ending: Ending | undefined;
  readonly writes: number;
  readonly bodies: readonly RunBody[];
  readonly handed: readonly Handed[];
  readonly drawn: ReadonlyMap<string, unknown>;
  /** The calls whose work was begun, by execution and id. */
  readonly begun: readonly string[];
  /** The model calls that were answered, each time that one was. */
  readonly answered: readonly RunBody[];
  /** The calls whose outcomes were served, by execution and id. */
  readonly served: readonly string[];
  /** The calls of which the store has a value when it is over. */
  readonly completed: ReadonlySet<string>;
  /** The ids of the calls that the store knows of when it is over. */
  readonly recorded: ReadonlySet<string>;
  /** How many outcomes were served to calls with other inputs. */
  readonly drifts: number;
}

const EXECUTION = 'it';
// So many turns of the event loop go by with nothing under way before time is let pass.
const QUIET_TURNS = 14;
const TICK_MS = 500;
// Longer than any call is held, all ticks together. After them a wait has a moment in which no time passes, and in which
// the engine parks it: that takes it 20 real milliseconds.
const TICKS = 8;
const PARKING_MS = 30;
const LONGEST_MS = 60_000;

/** One execution, run by one process after the other. */
export class Lives {
  readonly #store = memoryDriver();
  readonly #time = fakeWorld();
  readonly #bystander = new Reprise({ store: this.#store, world: this.#time });
  readonly #executions = new Set([EXECUTION]);
  readonly #after: (reprise: Reprise, seen: Seen) => Promise<void>;

  /** `after`: looks at the store from outside, whenever a process has ended. */
  constructor(after: (reprise: Reprise, seen: Seen) => Promise<void> = async () => {}) {
    this.#after = after;
  }

  /** Runs the program until it ends, or it crashes; where it is parked its waits are answered, and the next process goes on. */
  async run(program: Labelled, life: Life, options: FlowOptions = {}): Promise<Seen[]> {
    const all: Seen[] = [];
    const random = randomFrom(life.seed);
    for (let { crash } = life; ; ) {
      const run = new Run(this.#store, this.#time.spawn(), random, crash, this.#executions);
      const ending = await run.go(program, options);
      run.end();
      const { writes, bodies, handed, drawn, begun, answered, served, drifts } = run;
      const recorded = await this.#recorded();
      const seen = { ending, writes, bodies, handed, drawn, begun, answered, served, drifts, ...recorded };
      all.push(seen);
      await this.#after(this.#bystander, seen);
      if (!ending || ending.ok || !WaitingError.isInstance(ending.error)) return all;
      for (const { execution, name, question } of ending.error.waits) {
        await this.#bystander.waits.answer(execution, name, question);
      }
      crash &&= { ...crash, write: crash.write - writes };
    }
  }

  async #recorded(): Promise<Pick<Seen, 'completed' | 'recorded'>> {
    const recorded = new Set<string>();
    const completed = new Set<string>();
    for (const id of this.#executions) {
      const record = await this.#bystander.executions.get(id).catch((error) => {
        if (!NotFoundError.isInstance(error)) throw error;
      });
      for (const call of record?.journal ?? []) {
        recorded.add(call.id);
        if (call.status === 'completed') completed.add(`${id} ${call.id}`);
      }
    }
    return { completed, recorded };
  }
}

class Run {
  writes = 0;
  drifts = 0;
  readonly bodies: RunBody[] = [];
  readonly handed: Handed[] = [];
  readonly drawn = new Map<string, unknown>();
  readonly begun: string[] = [];
  readonly answered: RunBody[] = [];
  readonly served: string[] = [];
  readonly #store: Required<Driver>;
  readonly #world: FakeWorld;
  readonly #crash: Life['crash'];
  readonly #executions: Set<string>;
  readonly #random: () => number;
  #isAlive = true;
  #busy = 0;

  constructor(
    store: Required<Driver>,
    world: FakeWorld,
    random: () => number,
    crash: Life['crash'],
    executions: Set<string>,
  ) {
    this.#store = store;
    this.#world = world;
    this.#random = random;
    this.#crash = crash;
    this.#executions = executions;
  }

  async go(program: Labelled, options: FlowOptions): Promise<Ending | undefined> {
    const reprise = new Reprise({
      store: this.#connection(),
      world: this.#world,
      observe: (event) => {
        if (!this.#isAlive) return;
        this.#executions.add(event.execution);
        if (event.type === 'begun') this.begun.push(`${event.execution} ${event.call.id}`);
        if (event.type !== 'served') return;
        this.served.push(`${event.execution} ${event.call.id}`);
        if (event.drifted) this.drifts++;
      },
    });
    const flow = defineProgram(reprise, program, this.#outside(), options);
    let ending: Ending | undefined;
    const result = flow.start('x', { id: EXECUTION }).then((handle) => handle.result());
    result.then(
      (value) => {
        ending = { ok: true, value };
      },
      (error: Error) => {
        ending = { ok: false, error };
      },
    );
    const until = this.#world.now() + LONGEST_MS;
    for (let quiet = 0, ticks = 1; this.#isAlive && !ending; ) {
      await new Promise(setImmediate);
      quiet = this.#busy > 0 ? 0 : quiet + 1;
      if (quiet < QUIET_TURNS) continue;
      quiet = 0;
      if (this.#world.now() > until) throw new Error('the program is stuck');
      if (ticks++ % TICKS > 0) await this.#world.advance(TICK_MS);
      else await new Promise((resolve) => setTimeout(resolve, PARKING_MS));
    }
    return this.#isAlive ? ending : undefined;
  }

  end(): void {
    this.#isAlive = false;
    this.#world.exit();
  }

  /** A store that takes its time, and hears and tells nothing any more when the process has ended. */
  #connection(): Driver {
    const store = this.#store;
    const ask = async <T>(work: () => Promise<T>): Promise<T> => {
      await this.#take(2);
      return this.#isAlive ? work() : never();
    };
    const write = <T>(work: () => Promise<T>): Promise<T> => {
      if (!this.#isAlive) return never();
      const crash = this.#crash;
      if (++this.writes !== crash?.write) return ask(work);
      if (crash.landed) void work();
      this.end();
      return never();
    };
    return {
      name: store.name,
      honest: true,
      getMany: (keys) => ask(() => store.getMany(keys)),
      scan: (prefix, options) => ask(() => store.scan(prefix, options)),
      keys: (prefix) => ask(() => store.keys(prefix)),
      set: (key, value) => write(() => store.set(key, value)),
      putIfAbsent: (key, value) => write(() => store.putIfAbsent(key, value)),
      deleteMany: (keys) => write(() => store.deleteMany(keys)),
    };
  }

  /** Up to so many turns of the event loop. */
  async #take(most: number): Promise<void> {
    this.#busy++;
    for (let turns = Math.floor(this.#random() * (most + 1)); turns > 0; turns--) await new Promise(setImmediate);
    this.#busy--;
  }

  #outside(): Outside {
    return {
      pause: async (how) => {
        if (how === 'timer') return this.#take(6);
        for (let hops = Math.floor(this.#random() * 4); hops > 0; hops--) await null;
      },
      work: async () => {
        await this.#take(5);
        if (!this.#isAlive) await never();
      },
      bodyRuns: (body) => {
        if (this.#isAlive) this.bodies.push(body);
      },
      answered: (body) => {
        if (this.#isAlive) this.answered.push(body);
      },
      handed: ({ label, hasInside, ...call }, outcome, ok) => {
        if (this.#isAlive) this.handed.push({ label, hasInside, call, from: madeBy(outcome), outcome, ok });
      },
      drawn: (at, what, value) => {
        if (this.#isAlive && what !== 'now') this.drawn.set(at, value);
      },
    };
  }
}

/** Lets time pass, whenever nothing else happens, until a promise has settled. */
export async function inTime<T>(world: FakeWorld, promise: Promise<T>): Promise<T> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  promise.then(over, over);
  for (let turn = 1; !isOver; turn++) {
    await new Promise(setImmediate);
    if (turn % QUIET_TURNS === 0) await world.advance(TICK_MS);
  }
  return promise;
}

function never(): Promise<never> {
  return new Promise(() => {});
}

/** Numbers from 0 up to 1. Of the seed 0 they are all 0: nothing takes any time. */
export function randomFrom(seed: number): () => number {
  if (seed === 0) return () => 0;
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
