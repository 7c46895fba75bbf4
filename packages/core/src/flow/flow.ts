import type { Budget } from '../cost/budget.ts';
import { UsageError } from '../errors/index.ts';
import { ambient } from '../execution/execution.ts';
import { readHead } from '../execution/head.ts';
import type { ExecutionPolicy } from '../execution/policy.ts';
import type { ExecutionStatus } from '../execution/status.ts';
import { statusOf } from '../execution/status.ts';
import type { OnDivergence, OnDrift } from '../identity/matching.ts';
import { realWorld } from '../world/world.ts';
import { budgetGuards } from './budget/guard.ts';
import { cancelExecution } from './cancel.ts';
import { callChild } from './child.ts';
import { defaultEngine, processExecution } from './default-engine.ts';
import type { Engine } from './engine.ts';
import { rejecting } from './here.ts';
import { isOff, refuse } from './off.ts';
import { checkFunction, checkName, checkOptions, isBudget, isFlag, isName, isText, oneOf } from './options.ts';
import { type Started, startExecution } from './run.ts';

/** How a flow is run. */
export interface FlowOptions {
  /**
   * When a call comes with another input than the one recorded in its place: serve the recorded outcome, make
   * the call again, or stop with a `DriftError`, before anything runs.
   * @default 'reuse' for the calls of adapters, which know what must be equal for a call to be the same one, where
   * its position is proven; else 'error'
   */
  readonly onDrift?: OnDrift;
  /**
   * When the code makes a call that the journal cannot explain: stop with a `DivergenceError`, before anything
   * runs, or make the call and go on with what still fits.
   * @default 'error'
   */
  readonly onDivergence?: OnDivergence;
  /**
   * `sync`: the code that awaits a call goes on when its outcome is durable. `async`: it goes on at once, and
   * a crash may lose the last outcomes.
   * @default 'sync'
   */
  readonly durability?: 'sync' | 'async';
  /**
   * What the model calls of an execution may use. Checked before each of them, over all processes; children have what is
   * left to it.
   * @default the engine's, from `configure({ budget })`
   * @example { usd: 2, onExceeded: 'wait' }
   */
  readonly budget?: Budget;
  /** Recorded with each execution and named in messages; it changes nothing by itself. */
  readonly version?: string;
}

/** How an execution is started. */
export interface StartOptions {
  /**
   * The execution's id. The same id again gives the recorded result, goes on with what had stopped, or joins
   * what is running in this process.
   * @default a new one; where `reprise run` has started the process, the same one again when that goes on
   */
  readonly id?: string;
  /** Take the execution from a process that seems to be alive. It is fenced off first. @default false */
  readonly takeover?: boolean;
  /**
   * Runs the code of a completed execution once more, with every call served and nothing made or recorded: for what
   * lives only in a process, such as a stream. @default false, which gives the recorded result
   */
  readonly retell?: boolean;
}

/** An execution that was started. */
export interface FlowHandle<Result> {
  readonly id: string;
  status(): Promise<ExecutionStatus>;
  /** The flow's result. Rejects with the flow's own error, or with `WaitingError` when it waits. */
  result(): Promise<Result>;
  /** Ends it: at once where nobody runs it, else as soon as its process sees the request. */
  cancel(reason?: string): Promise<void>;
}

/** The input, which a flow that takes none goes without, and the options. */
export type StartArguments<Input> = undefined extends Input
  ? [input?: Input, options?: StartOptions]
  : [input: Input, options?: StartOptions];

/** A durable function: call it for its result, or start it for a handle. */
export interface Flow<Input, Result> {
  /**
   * Runs it: inside another flow, or in a process that is one execution itself, as a child execution, else as an
   * execution of its own with a new id.
   */
  (...input: undefined extends Input ? [input?: Input] : [input: Input]): Promise<Result>;
  /**
   * Resolves as soon as the execution is stored, before its work is done. Inside of another flow it is no child: it
   * is started each time that the code comes by, so give it an id.
   */
  start(...args: StartArguments<Input>): Promise<FlowHandle<Result>>;
  readonly flowName: string;
}

const OPTION_CHECKS = {
  onDrift: oneOf('reuse', 'rerun', 'error'),
  onDivergence: oneOf('error', 'rerun'),
  durability: oneOf('sync', 'async'),
  budget: isBudget,
  version: isText,
};
const START_CHECKS = { id: isName, takeover: isFlag, retell: isFlag };

/** Makes a flow of a function. */
export function createFlow<Input, Result>(
  engine: Engine,
  name: string,
  program: (input: Input) => Promise<Result> | Result,
  options: FlowOptions = {},
): Flow<Input, Awaited<Result>> {
  checkName(name, "A flow's name");
  checkFunction(program, `The body of flow '${name}'`);
  checkOptions(options, `flow '${name}'`, OPTION_CHECKS);
  const { onDrift, onDivergence = 'error', durability = 'sync', budget, version } = options;
  const policy: ExecutionPolicy = { onDrift, onDivergence, durability, version, guard: budgetGuards(engine, budget) };
  engine.register({ name, program, policy });

  async function begin(input: unknown, request: StartOptions & { parent?: string }): Promise<Started> {
    const context = await engine.context();
    const id = request.id ?? context.world.newId();
    const { takeover = false, retell = false, parent } = request;
    const isNew = request.id === undefined;
    return startExecution(
      context,
      { id, flow: name, policy, input: { value: input }, isNew, takeover, retell, parent },
      program,
    );
  }

  // Flows of an engine of one's own may be kept in another store than the process's execution.
  const isOfProcess = () => engine === defaultEngine && processExecution.isNamed;
  const plainly = async (input: unknown): Promise<unknown> => program(input as Input);
  const called = (input: unknown): Promise<unknown> => {
    if (isOff()) return plainly(input);
    const here = ambient.getStore() ?? (isOfProcess() ? processExecution.here : undefined);
    if (here) {
      return callChild(here, name, input, (parent, key, given) => begin(given, { id: `${parent}.${key}`, parent }));
    }
    return begin(input, {}).then(({ result }) => result);
  };
  const callable = (...args: unknown[]): Promise<unknown> =>
    rejecting(() => {
      refuseOptions(name, args);
      return called(args[0]);
    });
  const start = async (input: unknown, startOptions: StartOptions = {}): Promise<FlowHandle<unknown>> => {
    checkOptions(startOptions, `start of flow '${name}'`, START_CHECKS);
    if (isOff()) return plainHandle(startOptions.id, plainly(input));
    const isInProcess = isOfProcess() && (ambient.getStore()?.home ?? processExecution) === processExecution;
    const id = startOptions.id ?? (isInProcess ? await processExecution.idOfStart(name, input) : undefined);
    const started = await ambient.exit(() => begin(input, { ...startOptions, ...(id === undefined ? {} : { id }) }));
    return handleOf(engine, started);
  };
  return Object.assign(callable, { start, flowName: name }) as Flow<Input, Awaited<Result>>;
}

/** More arguments than one are fine, as `titles.map(chapter)` gives them; options would be lost without a word. */
function refuseOptions(name: string, args: unknown[]): void {
  const [, options] = args;
  if (args.length !== 2 || typeof options !== 'object' || options === null || Array.isArray(options)) return;
  throw new UsageError(
    `Flow '${name}' was called with options, which only its start takes: ` +
      'const execution = await flow.start(input, { id }); await execution.result().',
  );
}

/** The handle on a program that was only called. */
function plainHandle(id: string | undefined, result: Promise<unknown>): FlowHandle<unknown> {
  let status: ExecutionStatus = 'running';
  result.then(
    () => {
      status = 'completed';
    },
    () => {
      status = 'failed';
    },
  );
  const named = id ?? realWorld.newId();
  return {
    id: named,
    result: () => result,
    status: async () => status,
    cancel: async () => refuse(`'${named}' is a plain call of a function, and cannot be cancelled`),
  };
}

/** A handle on an execution of this engine. */
export function handleOf<Result>(engine: Engine, { id, result }: Started): FlowHandle<Result> {
  return {
    id,
    result: () => result as Promise<Result>,
    async status() {
      const { store, seal, world } = await engine.context();
      const head = await readHead(store, seal, id);
      return head ? statusOf(head, world) : 'running';
    },
    async cancel(reason) {
      checkOptions({ reason }, `cancel of execution ${id}`, { reason: isText });
      await cancelExecution(engine, id, { reason });
    },
  };
}
