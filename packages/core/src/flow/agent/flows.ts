import { isDeepStrictEqual } from 'node:util';
import type { Budget } from '../../cost/budget.ts';
import { UsageError } from '../../errors/index.ts';
import type { Flow, FlowOptions } from '../flow.ts';

interface Known<Input, Result, Run> {
  readonly budget: Budget | undefined;
  flow?: Flow<Input, Result>;
  latest?: Run;
}

/** The flows of wrapped agents in one engine: agents of one name are one flow, and have one budget. */
export class AgentFlows<Input, Result, Run> {
  readonly #make: (name: string, options: FlowOptions) => Flow<Input, Result>;
  readonly #known = new Map<string, Known<Input, Result, Run>>();

  constructor(make: (name: string, options: FlowOptions) => Flow<Input, Result>) {
    this.#make = make;
  }

  /** An agent is wrapped: from now on `recover()` can go on with its executions. */
  declare(name: string, budget: Budget | undefined, run: Run): void {
    const known = this.#known.get(name);
    if (known && !isDeepStrictEqual(known.budget, budget)) {
      throw new UsageError(
        `There are two agents named '${name}' with different budgets. Give each a name of its own: ` +
          "durable(agent, { name: '…', budget }).",
      );
    }
    if (!known) this.#known.set(name, { budget });
    this.of(name, run);
  }

  /** The flow of the agents of a name. It runs the one that was named last. */
  of(name: string, run: Run): Flow<Input, Result> {
    const known: Known<Input, Result, Run> = this.#known.get(name) ?? { budget: undefined };
    this.#known.set(name, known);
    known.latest = run;
    known.flow ??= this.#make(name, known.budget ? { budget: known.budget } : {});
    return known.flow;
  }

  latest(name: string): Run {
    return this.#known.get(name)?.latest as Run;
  }
}
