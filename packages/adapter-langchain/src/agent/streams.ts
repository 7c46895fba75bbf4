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

  get isOver(): boolean {
    return this.#end !== undefined;
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

/** The stream at once that comes by a promise, with the execution that it tells of as soon as that is known. */
export function atOnce(given: Promise<unknown>): IterableReadableStream<unknown> {
  const stream = IterableReadableStream.fromAsyncGenerator(
    (async function* () {
      yield* (await given) as AsyncIterable<unknown>;
    })(),
  );
  given.then(
    (value) => Object.defineProperty(stream, 'execution', { value: Reflect.get(value as object, 'execution') }),
    () => {},
  );
  return stream;
}
