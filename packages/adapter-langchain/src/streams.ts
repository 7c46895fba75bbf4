import { IterableReadableStream } from '@langchain/core/utils/stream';

/** What an agent says, passed on to whoever listens: it goes on to its end whether or not they do. */
export class Relay {
  readonly #chunks: unknown[] = [];
  #end: { readonly error?: unknown } | undefined;
  #wake = Promise.withResolvers<void>();
  #whole: Promise<unknown> | undefined;

  /** Reads it all. Rejects as it does. */
  async fill(source: AsyncIterable<unknown>): Promise<void> {
    try {
      for await (const chunk of source) this.push(chunk);
      this.end();
    } catch (error) {
      this.end({ error });
      throw error;
    }
  }

  push(chunk: unknown): void {
    this.#chunks.push(chunk);
    this.#notify();
  }

  end(how: { readonly error?: unknown } = {}): void {
    this.#end ??= how;
    this.#notify();
  }

  /** Its readers see its end when this has settled: then what they have read is stored. */
  endsAfter(whole: Promise<unknown>): void {
    this.#whole = whole;
  }

  stream(): IterableReadableStream<unknown> {
    return IterableReadableStream.fromAsyncGenerator(this.#read());
  }

  async *#read(): AsyncGenerator<unknown> {
    for (let next = 0; ; ) {
      if (next < this.#chunks.length) yield this.#chunks[next++];
      else if (!this.#end) await this.#wake.promise;
      else if ('error' in this.#end) throw this.#end.error;
      else {
        await this.#whole;
        return;
      }
    }
  }

  #notify(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers<void>();
  }
}
