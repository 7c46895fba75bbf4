import { ambient, type Execution } from '../execution/execution.ts';
import type { EngineOptions } from '../flow/engine.ts';
import type { Flow, FlowOptions } from '../flow/flow.ts';
import { Reprise } from '../reprise.ts';

/** The engine of one process of a crash test. It tells which executions it runs. */
export class MortalReprise extends Reprise {
  readonly #onExecution: (execution: Execution) => void;

  constructor(options: EngineOptions, onExecution: (execution: Execution) => void) {
    super(options);
    this.#onExecution = onExecution;
  }

  override flow<Input, Result>(
    name: string,
    program: (input: Input) => Promise<Result> | Result,
    options?: FlowOptions,
  ): Flow<Input, Awaited<Result>> {
    const watched = (input: Input): Promise<Result> | Result => {
      const execution = ambient.getStore()?.home.execution;
      if (execution) this.#onExecution(execution);
      return program(input);
    };
    return super.flow(name, watched, options);
  }
}
