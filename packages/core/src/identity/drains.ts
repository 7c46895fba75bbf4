interface Queued {
  readonly id: string;
  resolve(): void;
}

/**
 * Hands outcomes to the program one at a time. What the program does in the microtasks that follow, before
 * anything else can happen, was set off by that outcome and by nothing else: the *drain* of the outcome.
 * A call that begins in a drain has a proven origin; one that begins after input or a timer of the user's
 * has not.
 */
export class Drains {
  #current: string | undefined;
  #queue: Queued[] = [];
  readonly #onClose: (id: string) => void;

  constructor(onClose: (id: string) => void) {
    this.#onClose = onClose;
  }

  /** The id whose drain is open. */
  get current(): string | undefined {
    return this.#current;
  }

  get idle(): boolean {
    return this.#current === undefined && this.#queue.length === 0;
  }

  /** Opens the drain of an id: at once where none is open, else when those before it have closed. */
  open(id: string): Promise<void> | undefined {
    if (this.idle) {
      this.#start(id);
      return undefined;
    }
    return new Promise((resolve) => this.#queue.push({ id, resolve }));
  }

  /** Opens the drain of a body that starts, unless one is open: then that one has set it off. */
  enter(id: string): void {
    if (this.idle) this.#start(id);
  }

  #start(id: string): void {
    this.#current = id;
    // A tick that is scheduled from within a microtask runs when the microtasks have run dry.
    queueMicrotask(() => process.nextTick(() => this.#close(id)));
  }

  #close(id: string): void {
    this.#current = undefined;
    this.#onClose(id);
    const next = this.#queue.shift();
    if (!next) return;
    this.#start(next.id);
    next.resolve();
  }
}
