import type { Budget } from '../cost/budget.ts';
import { checkPrices, type Prices } from '../cost/prices.ts';
import { UnknownFlowError, UsageError } from '../errors/index.ts';
import type { EngineContext } from '../execution/context.ts';
import type { ExecutionEvent } from '../execution/events.ts';
import type { ExecutionPolicy } from '../execution/policy.ts';
import type { RedactInfo } from '../execution/redact.ts';
import { encryptingSeal, plainSeal } from '../journal/seal.ts';
import { openStore, type StoreSource } from '../store/open.ts';
import { openTelemetry } from '../telemetry/load.ts';
import { realWorld, type World } from '../world/world.ts';
import { anything, type Check, checkOptions, isBudget, isFlag, isFunction, isText, wholeFrom } from './options.ts';

/** How an engine is set up. */
export interface EngineOptions {
  /**
   * Where executions are kept: a URI (`sqlite:path`, `redis://…`, `valkey://…`, `postgres://…`, `memory:`), a
   * Keyv instance of its own, or a driver.
   * @default process.env.REPRISE_STORE, else 'sqlite:.reprise/reprise.db'
   */
  readonly store?: StoreSource;
  /** Told of everything that happens, as it happens. What it throws is ignored. */
  readonly observe?: (event: ExecutionEvent) => void;
  /**
   * Changes what is stored, and what a call is recognised by; not what the running program sees. A resumed
   * program is served what was stored and asks with that, so what it gives must not change when it is given
   * that again. Errors come text by text, with part `error`.
   */
  readonly redact?: (value: unknown, info: RedactInfo) => unknown;
  /**
   * Whether executions and calls become spans of OpenTelemetry. They do where the program has registered an SDK and has
   * the package `@opentelemetry/api`; nothing is loaded else. @default true
   */
  readonly openTelemetry?: boolean;
  /**
   * Encrypts all that is stored, with AES-256-GCM under this secret of at least 16 characters.
   * @default process.env.REPRISE_ENCRYPTION_KEY
   */
  readonly encrypt?: string;
  /**
   * Prices of the user's own, in dollars by the million tokens: a table by model, or a function. They come before those
   * of the price list, and after what a provider reports.
   */
  readonly prices?: Prices;
  /**
   * For each execution that is no child and has no budget of its own: of flows, of wrapped agents, of the process.
   * @default none
   */
  readonly budget?: Budget;
  /** How long another process leaves an execution alone that does not renew its lease, in milliseconds. @default 30_000 */
  readonly lease?: number;
  /** For how long a failing write is tried again before the execution stops, in milliseconds. @default 30_000 */
  readonly patience?: number;
  /** How often a running execution looks for answers and cancellation, in milliseconds. @default 1_000 */
  readonly poll?: number;
  /** How long one request to the store may take, in milliseconds. @default 10_000 */
  readonly deadline?: number;
  /** The clock, the timers and the ids; for tests. */
  readonly world?: World;
}

/** A flow that an engine knows by its name, and can go on with. */
export interface RegisteredFlow {
  readonly name: string;
  readonly program: (input: never) => unknown;
  readonly policy: ExecutionPolicy;
}

const CHECKS: Readonly<Record<string, Check>> = {
  store: anything,
  observe: isFunction,
  redact: isFunction,
  openTelemetry: isFlag,
  encrypt: isText,
  prices: (value) => {
    checkPrices(value);
    return true;
  },
  budget: isBudget,
  lease: wholeFrom(100),
  patience: wholeFrom(0),
  poll: wholeFrom(1),
  deadline: wholeFrom(1),
  world: anything,
};

/** The flows of a process, and the store that it keeps them in. The store is opened when it is first needed. */
export class Engine {
  #options: EngineOptions;
  #context: Promise<EngineContext> | undefined;
  readonly #flows = new Map<string, RegisteredFlow>();

  constructor(options: EngineOptions, what: string) {
    checkOptions(options, what, CHECKS);
    this.#options = options;
  }

  /** Sets options before the engine is first used. */
  configure(options: EngineOptions): void {
    checkOptions(options, 'configure', CHECKS);
    if (this.#context) {
      throw new UsageError('configure() must come before the first flow runs; the store is open already.');
    }
    this.#options = { ...this.#options, ...options };
  }

  get budget(): Budget | undefined {
    return this.#options.budget;
  }

  get prices(): Prices | undefined {
    return this.#options.prices;
  }

  context(): Promise<EngineContext> {
    if (!this.#context) {
      this.#context = this.#open();
      // A store that could not be opened may be there the next time.
      this.#context.catch(() => {
        this.#context = undefined;
      });
    }
    return this.#context;
  }

  /** Gives back the store, once nothing runs any more. */
  async close(): Promise<void> {
    const context = await this.#context?.catch(() => undefined);
    this.#context = undefined;
    if (!context) return;
    for (const { over } of [...context.active.values()]) await over;
    await context.store.close();
  }

  register(flow: RegisteredFlow): void {
    if (this.#flows.has(flow.name)) {
      throw new UsageError(
        `There are two flows named '${flow.name}'. A flow's name is what its executions are found by: give each its own.`,
      );
    }
    this.#flows.set(flow.name, flow);
  }

  hasFlow(name: string): boolean {
    return this.#flows.has(name);
  }

  flow(name: string): RegisteredFlow {
    const flow = this.#flows.get(name);
    if (flow) return flow;
    const known = [...this.#flows.keys()].map((other) => `'${other}'`).join(', ');
    throw new UnknownFlowError(
      name,
      `This process has no flow '${name}'${known ? `; it has ${known}` : ''}. Import the module that defines it first.`,
    );
  }

  async #open(): Promise<EngineContext> {
    const { observe, redact, lease = 30_000, patience = 30_000, poll = 1_000, deadline = 10_000 } = this.#options;
    const { world = realWorld, store = process.env.REPRISE_STORE || undefined } = this.#options;
    const secret = this.#options.encrypt ?? process.env.REPRISE_ENCRYPTION_KEY;
    const seal = secret ? encryptingSeal(secret) : plainSeal;
    return {
      store: await openStore(store, { world, deadline }),
      seal,
      world,
      owner: { id: world.newId(), host: world.host, pid: world.pid },
      observe: observe && ((event) => ignoreErrors(() => observe(event))),
      redact,
      tracing: () => (this.#options.openTelemetry === false ? undefined : openTelemetry()),
      lease,
      patience,
      poll,
      active: new Map(),
      starting: new Map(),
      parked: new Map(),
      unwritten: new Map(),
    };
  }
}

function ignoreErrors(run: () => void): void {
  try {
    run();
  } catch {
    // An observer only looks on.
  }
}
