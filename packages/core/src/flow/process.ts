import { basename } from 'node:path';
import type { Budget } from '../cost/budget.ts';
import { RepriseError, UsageError, WaitingError } from '../errors/index.ts';
import type { Execution, ExecutionPolicy } from '../execution/execution.ts';
import { type Ambient, type Home, scopeStart } from '../identity/ambient.ts';
import { nameBranches } from '../identity/branch.ts';
import { budgetGuards } from './budget-guard.ts';
import type { Engine } from './engine.ts';
import { startExecution } from './run.ts';

/** The environment variable that names the execution which this process is to go on with. */
const EXECUTION_ID = 'REPRISE_EXECUTION';
/** The environment variable with the dollars that the process may spend. */
const BUDGET = 'REPRISE_BUDGET';
/** What scripts can branch on: the execution waits for an answer. */
const EXIT_WAITING = 4;

/**
 * The execution of the whole process: a wrapped client that is called outside of every flow belongs to it. It is
 * opened with the first such call, and completed when the process ends well.
 */
export class ProcessExecution implements Home<Execution> {
  execution: Execution | undefined;
  readonly #engine: Engine;
  readonly #named: string | undefined;
  #opened: Promise<Execution> | undefined;
  #stopNaming: (() => void) | undefined;
  #result: Promise<unknown> | undefined;
  readonly #ended = Promise.withResolvers<void>();
  readonly #here: Ambient<Execution>;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#named = process.env[EXECUTION_ID] || undefined;
    // A process that this one starts is not the same execution.
    delete process.env[EXECUTION_ID];
    const scope = { id: '', sequential: false, parent: undefined, call: undefined };
    this.#here = { home: this, scope, cause: scopeStart('') };
  }

  get seed(): string | undefined {
    return this.execution?.seed ?? this.#named;
  }

  /** Whether the process was started as one execution, as `reprise run` does. */
  get isNamed(): boolean {
    return this.#named !== undefined;
  }

  /** Where code stands that is outside of everything. */
  get here(): Ambient<Execution> {
    this.#stopNaming ??= nameBranches();
    return this.#here;
  }

  open(): Promise<Execution> {
    this.#opened ??= this.#open();
    return this.#opened;
  }

  /** Completes it, where it was opened. */
  async end(): Promise<void> {
    this.#stopNaming?.();
    await this.#opened;
    this.#ended.resolve();
    await this.#result?.catch(() => {});
  }

  async #open(): Promise<Execution> {
    const context = await this.#engine.context();
    const named = this.#named;
    const flow = `process ${basename(process.argv[1] ?? 'node')}`;
    const policy: ExecutionPolicy = {
      onDrift: undefined,
      onDivergence: 'error',
      durability: 'sync',
      version: undefined,
      guard: budgetGuards(this.#engine, budgetOfProcess(this.#engine.budget)),
    };
    const input = { value: process.argv.slice(2) };
    const request = { id: named ?? context.world.newId(), flow, policy, input, isNew: named === undefined };

    const { execution, result } = await startExecution(context, request, () => this.#ended.promise);
    if (!execution) {
      throw new RepriseError(
        'REPRISE_STATE',
        `Execution ${request.id} is over; start the process without ${EXECUTION_ID}.`,
      );
    }
    process.once('beforeExit', (code) => {
      if (code === 0) this.#ended.resolve();
    });
    result.catch((error) => this.#report(error));
    this.#result = result;
    this.execution = execution;
    return execution;
  }

  // The calls of an execution that has stopped are parked, so the process is about to end without a word.
  #report(error: unknown): void {
    const isWaiting = WaitingError.isInstance(error);
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.once('exit', () => {
      process.exitCode = isWaiting ? EXIT_WAITING : 1;
    });
  }
}

function budgetOfProcess(otherwise: Budget | undefined): Budget | undefined {
  const text = process.env[BUDGET];
  if (!text) return otherwise;
  const usd = Number(text);
  if (Number.isFinite(usd) && usd >= 0) return { ...otherwise, usd };
  throw new UsageError(`${BUDGET} must be a number of dollars, such as 2.50; it was '${text}'.`);
}
