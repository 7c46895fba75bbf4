import { NotFoundError, WaitingError } from '../errors/index.ts';
import type { ExecutionEvent } from '../execution/events.ts';
import { Reprise } from '../reprise.ts';
import { memoryDriver } from '../store/memory.ts';
import { Answering, type Answers } from './answering.ts';
import { type Boundary, type BoundaryPoint, whatIsAt } from './boundary.ts';
import { Clock } from './clock.ts';
import { CrashTestError, type Difference } from './crash-test-error.ts';
import { fakeWorldOn } from './fake-world.ts';
import { type RecordedCall, readRemains, type Trace } from './remains.ts';
import { type Ending, EXECUTION, type Program, runProcess } from './run-process.ts';

/** A body that was started: one attempt of one call. */
export interface StartedBody {
  readonly execution: string;
  readonly id: string;
  readonly kind: string;
  readonly name: string;
}

/** How things stood after a crash. */
export interface Aftermath {
  /** The calls that the store knew of. */
  readonly calls: ReadonlyMap<string, RecordedCall>;
  /** How many bodies had been started. */
  readonly bodies: number;
  /** The result of the execution, if the store had it as completed. */
  readonly completed: { readonly result: unknown } | undefined;
}

/** What was to be seen of a flow that was run to its end, over crashes or without. */
export interface Evidence<Result> {
  readonly flow: string;
  readonly ending: Ending<Result>;
  /** Where it crashed; fewer than was planned where it came to its end before. */
  readonly crashes: readonly Boundary[];
  readonly aftermaths: readonly Aftermath[];
  /** How many writes there were since the last crash, or since it began. */
  readonly writes: number;
  readonly bodies: readonly StartedBody[];
  /** What the store knows in the end. */
  readonly calls: ReadonlyMap<string, RecordedCall>;
  /** How each execution stands in the end, the flow's own and its children. */
  readonly statuses: readonly string[];
  /** How the finished execution answers when it is asked again, and how many bodies that starts. */
  readonly again: { readonly ending: Ending<Result>; readonly bodies: number };
}

/** Runs a flow to its end on a store of its own, ending its process at the planned points and going on in a new one. */
export class Trial<Input, Result> {
  readonly #program: Program<Input, Result>;
  readonly #points: BoundaryPoint[];
  readonly #driver = memoryDriver();
  readonly #clock = new Clock(Date.UTC(2026, 0, 1));
  readonly #world = fakeWorldOn(this.#clock);
  readonly #answering: Answering;
  // Answers, and looks at what is stored.
  readonly #bystander: Reprise;
  readonly #traces = new Map<string, Trace>();
  readonly #bodies: StartedBody[] = [];
  readonly #crashes: Boundary[] = [];
  readonly #aftermaths: Aftermath[] = [];
  #flow = '?';
  #writes = 0;

  constructor(program: Program<Input, Result>, answers: Answers, points: readonly BoundaryPoint[]) {
    this.#program = {
      ...program,
      makeFlow: (reprise) => {
        const flow = program.makeFlow(reprise);
        this.#flow = flow.flowName;
        return flow;
      },
    };
    this.#points = [...points];
    this.#answering = new Answering(answers);
    this.#bystander = new Reprise({ ...program.engine, store: this.#driver, world: this.#world });
  }

  async run(): Promise<Evidence<Result>> {
    const ending = await this.#runToTheEnd();
    const bodies = [...this.#bodies];
    const evidence = {
      flow: this.#flow,
      ending,
      crashes: this.#crashes,
      aftermaths: this.#aftermaths,
      writes: this.#writes,
      bodies,
      calls: await this.#recorded(),
      statuses: await this.#statuses(),
    };
    this.#points.length = 0;
    const again = await this.#runToTheEnd();
    return { ...evidence, again: { ending: again, bodies: this.#bodies.length - bodies.length } };
  }

  async #runToTheEnd(): Promise<Ending<Result>> {
    for (;;) {
      const end = await runProcess(this.#program, {
        driver: this.#driver,
        clock: this.#clock,
        world: this.#world.spawn(),
        onWrite: (key) => this.#reach(key),
        onEvent: (event) => this.#see(event),
        onExecution: ({ id, flow, environment }) => this.#traces.set(id, { id, flow, seal: environment.seal }),
      });
      if (end.is === 'crashed') await this.#lookAround();
      else if (end.is === 'stuck') throw this.#stuck(end.working);
      else if (!end.ending.ok && WaitingError.isInstance(end.ending.error)) await this.#answer(end.ending.error);
      else return end.ending;
    }
  }

  #reach(key: string): BoundaryPoint | undefined {
    this.#writes++;
    const [point] = this.#points;
    if (point?.write !== this.#writes) return undefined;
    this.#points.shift();
    this.#crashes.push({ ...point, what: whatIsAt(key) });
    this.#writes = 0;
    return point;
  }

  #see(event: ExecutionEvent): void {
    if (event.type !== 'begun') return;
    const { id, kind, name } = event.call;
    this.#bodies.push({ execution: event.execution, id, kind, name });
  }

  async #lookAround(): Promise<void> {
    const calls = await this.#recorded();
    this.#aftermaths.push({ calls, bodies: this.#bodies.length, completed: await this.#completed() });
  }

  async #answer({ waits }: WaitingError): Promise<void> {
    const next = this.#answering.next(waits);
    if (next.is === 'stuck') throw this.#error(next.difference);
    if (next.is === 'time') await this.#clock.moveTo(next.until);
    else for (const { wait, value } of next.given) await this.#bystander.waits.answer(wait.execution, wait.name, value);
  }

  #recorded(): Promise<Map<string, RecordedCall>> {
    return readRemains(this.#driver, this.#traces.values());
  }

  async #completed(): Promise<Aftermath['completed']> {
    try {
      const { status, result } = await this.#bystander.executions.get(EXECUTION);
      return status === 'completed' ? { result } : undefined;
    } catch (error) {
      if (NotFoundError.isInstance(error)) return undefined;
      throw error;
    }
  }

  async #statuses(): Promise<string[]> {
    const found: string[] = [];
    for (const { id, flow } of this.#traces.values()) {
      found.push(`${flow}: ${(await this.#bystander.executions.get(id)).status}`);
    }
    return found.sort();
  }

  #stuck(working: readonly string[]): CrashTestError {
    return this.#error({
      problem: `it has not come to an end within ${this.#program.limit} ms`,
      expected: 'an end',
      actual: working.length > 0 ? `at work: ${working.join(', ')}` : 'nothing is at work',
    });
  }

  #error(difference: Difference): CrashTestError {
    return new CrashTestError(this.#flow, this.#crashes, difference);
  }
}
