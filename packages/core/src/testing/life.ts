import { FencedError } from '../errors/index.ts';
import type { Execution } from '../execution/execution.ts';
import type { FakeWorld } from './fake-world.ts';

/** The life of one process of a crash test: what it runs, until it ends by itself or is ended. */
export class Life {
  readonly world: FakeWorld;
  /** Resolves when it was ended. */
  readonly ended: Promise<void>;
  readonly #executions = new Set<Execution>();
  #isOver = false;
  #resolve!: () => void;

  constructor(world: FakeWorld) {
    this.world = world;
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The calls that are being made: their bodies run, or pause between two attempts, or are being recorded. */
  get working(): readonly string[] {
    const names: string[] = [];
    for (const { lifetime } of this.#executions) {
      for (const { kind, name, openWaits } of lifetime.running) {
        // What a child execution does, it does by itself.
        if (openWaits === 0 && kind !== 'flow') names.push(`${kind} '${name}'`);
      }
    }
    return names;
  }

  /** Whether something may happen without time passing. */
  get isAtWork(): boolean {
    if (this.working.length > 0) return true;
    // The engine may be waiting for calls that are yet to come.
    for (const { lifetime, matcher, serving } of this.#executions) {
      if (!lifetime.isOver && (matcher.undecided || !serving.idle)) return true;
    }
    return false;
  }

  /** Takes note of an execution that this process runs. */
  hold(execution: Execution): void {
    this.#executions.add(execution);
  }

  /**
   * Ends it as a crash does. What is still under way in the JavaScript that it ran can reach neither the store
   * nor a timer, and can make no call.
   */
  end(): void {
    this.#isOver = true;
    this.world.exit();
    for (const execution of this.#executions)
      execution.lifetime.halt(new FencedError(execution.id, 'the crash of a test'));
    this.#resolve();
  }
}
