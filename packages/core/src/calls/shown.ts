import { outsideOfBranches } from '../identity/branch.ts';

/**
 * Chunks that are shown as they come. The source is read to its end whether or not somebody listens, so a
 * consumer that leaves early loses nothing; each iterator begins with the first chunk.
 */
export class Shown<Chunk> implements AsyncIterable<Chunk> {
  readonly #chunks: Chunk[] = [];
  #state: 'open' | 'done' | 'failed' = 'open';
  #error: unknown;
  #wake: (() => void)[] = [];

  show(chunks: readonly Chunk[]): void {
    this.#chunks.push(...chunks);
    this.#notify();
  }

  finish(): void {
    this.#state = 'done';
    this.#notify();
  }

  fail(error: unknown): void {
    this.#state = 'failed';
    this.#error = error;
    this.#notify();
  }

  // Written by hand: a generator's own promises would count as the program's, and differ when chunks are served.
  [Symbol.asyncIterator](): AsyncIterator<Chunk> {
    let next = 0;
    const pull = async (): Promise<IteratorResult<Chunk>> => {
      while (next === this.#chunks.length && this.#state === 'open') {
        await new Promise<void>((resolve) => this.#wake.push(resolve));
      }
      if (next < this.#chunks.length) return { done: false, value: this.#chunks[next++] as Chunk };
      if (this.#state === 'failed') throw this.#error;
      return { done: true, value: undefined };
    };
    return { next: () => outsideOfBranches(pull) };
  }

  #notify(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
