import { hash } from 'node:crypto';
import { basename } from 'node:path';
import type { Budget } from '../cost/budget.ts';
import { RepriseError, UsageError, WaitingError } from '../errors/index.ts';
import type { Execution } from '../execution/execution.ts';
import { EXECUTION_ID, isLookedAfter, processId } from '../execution/launch.ts';
import { redactedInput } from '../execution/origin.ts';
import type { ExecutionPolicy } from '../execution/policy.ts';
import { type Ambient, type Home, scopeStart } from '../identity/ambient.ts';
import { nameBranches } from '../identity/branch.ts';
import { digest } from '../journal/digest.ts';
import { maskArguments } from '../secrets/command.ts';
import { maskText } from '../secrets/text.ts';
import { budgetGuards } from './budget/guard.ts';
import type { Engine } from './engine.ts';
import { startExecution } from './run.ts';

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
  readonly #starts = new Map<string, number>();
  #opened: Promise<Execution> | undefined;
  #stopNaming: (() => void) | undefined;
  #result: Promise<unknown> | undefined;
  readonly #ended = Promise.withResolvers<void>();
  readonly #here: Ambient<Execution>;

  constructor(engine: Engine) {
    this.#engine = engine;
    const scope = { id: '', sequential: false, parent: undefined, call: undefined };
    this.#here = { home: this, scope, cause: scopeStart('') };
  }

  get seed(): string | undefined {
    return this.execution?.seed ?? processId;
  }

  /** Whether the process was started as one execution, as `reprise run` does. */
  get isNamed(): boolean {
    return processId !== undefined;
  }

  /** Where code stands that is outside of everything. */
  get here(): Ambient<Execution> {
    this.#stopNaming ??= nameBranches();
    return this.#here;
  }

  /**
   * The id of an execution that the process, which is named, starts without one: the same each time that the process
   * goes on, so that what it had done is found again.
   */
  async idOfStart(flow: string, input: unknown): Promise<string> {
    const stored = redactedInput(await this.#engine.context(), flow, input);
    const key = hash('sha256', `${processId}\n${flow}\n${digest(stored, 'input')}`, 'hex').slice(0, 8);
    const n = (this.#starts.get(key) ?? 0) + 1;
    this.#starts.set(key, n);
    return `${processId}-${key}${n === 1 ? '' : `-${n}`}`;
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
    const flow = `process ${basename(process.argv[1] ?? 'node')}`;
    const policy: ExecutionPolicy = {
      onDrift: undefined,
      onDivergence: 'error',
      durability: 'sync',
      version: undefined,
      guard: budgetGuards(this.#engine, budgetOfProcess(this.#engine.budget)),
    };
    const input = { value: maskArguments(process.argv.slice(2)) };
    // A named one that has completed is told once more: what it has started under other ids may go on.
    const isNamed = this.isNamed;
    const request = { id: processId ?? context.world.newId(), flow, policy, input, isNew: !isNamed, retell: isNamed };

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
    if (!isWaiting || !isLookedAfter) {
      process.stderr.write(`${maskText(error instanceof Error ? error.message : String(error))}\n`);
    }
    const code = isWaiting ? EXIT_WAITING : 1;
    // Before Node complains about the module that is parked.
    process.once('beforeExit', () => process.exit(code));
    process.once('exit', () => {
      process.exitCode = code;
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
