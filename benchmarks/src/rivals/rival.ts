/** An engine for durable functions: the same small flow of equal calls of 2 KB, each durable before the next begins. */
export interface Rival {
  readonly name: string;
  /** Milliseconds of so many calls, taken inside of the flow: what it costs to start an execution is not in them. */
  sequential(calls: number): Promise<number>;
  /** Milliseconds from the first start until the last flow of so many, begun together, has made its calls. */
  together(executions: number, calls: number): Promise<number>;
  /** Milliseconds until a flow that had made so many calls has been served all of them. */
  resume(calls: number): Promise<number>;
  close(): Promise<void>;
}

/** Resolves when it was told so many times. */
export class Countdown {
  readonly done: Promise<void>;
  #left: number;
  #resolve: () => void = () => {};

  constructor(times: number) {
    this.#left = times;
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  tell(): void {
    if (--this.#left === 0) this.#resolve();
  }
}
