import { type Costs, createCosts } from './client/costs.ts';
import { createExecutions, type Executions } from './client/executions.ts';
import { recoverExecutions } from './client/recover.ts';
import { createWaits, type Waits } from './client/waits.ts';
import { checkpoint } from './flow/checkpoint.ts';
import { Engine, type EngineOptions } from './flow/engine.ts';
import { nameEngine } from './flow/engine-store.ts';
import { createFlow, type Flow, type FlowHandle, type FlowOptions } from './flow/flow.ts';

/** An engine of one's own, beside the default one: its own store, its own flows. */
export class Reprise {
  readonly executions: Executions;
  readonly waits: Waits;
  readonly costs: Costs;
  readonly #engine: Engine;

  constructor(options: EngineOptions = {}) {
    this.#engine = new Engine(options, 'new Reprise()');
    nameEngine(this, this.#engine);
    this.executions = createExecutions(this.#engine);
    this.waits = createWaits(this.#engine);
    this.costs = createCosts(this.#engine);
  }

  /** Makes a flow of a function. The name must be unique in the process: executions are found by it. */
  flow<Input, Result>(
    name: string,
    program: (input: Input) => Promise<Result> | Result,
    options?: FlowOptions,
  ): Flow<Input, Awaited<Result>> {
    return createFlow(this.#engine, name, program, options);
  }

  /** The same function as the package's own: a checkpoint belongs to the flow that calls it. */
  readonly checkpoint: typeof checkpoint = checkpoint;

  /** Sets options before the first flow runs. */
  configure(options: EngineOptions): void {
    this.#engine.configure(options);
  }

  /** Goes on with what this process's flows have left behind: crashed, answered, slept out. */
  recover(): Promise<FlowHandle<unknown>[]> {
    return recoverExecutions(this.#engine);
  }

  /** Waits for what runs, and gives back the store. */
  close(): Promise<void> {
    return this.#engine.close();
  }
}
