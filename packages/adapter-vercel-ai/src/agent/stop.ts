import { askOf } from '../tool/asks.ts';
import { eachTool } from '../tool/tool-call.ts';

type Method = (...args: unknown[]) => unknown;

/**
 * An execution that stops parks its calls, and a stream that stands at one would never end. Whoever reads it outside of
 * the execution is told: what is parked rejects for them, once nothing goes on behind it any more.
 */
export class Stop {
  readonly #stopped = Promise.withResolvers<never>();
  readonly #abort = new AbortController();

  constructor() {
    this.#stopped.promise.catch(() => {});
  }

  /** Aborted when the execution waits: a stream that waits has not failed. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  stop(error: unknown, isWaiting: boolean): void {
    if (isWaiting) this.#abort.abort(error);
    this.#stopped.reject(error);
  }

  model<M extends object>(model: M): M {
    return this.#guard(model, ['doGenerate', 'doStream']);
  }

  tools<T extends object>(tools: T): T {
    return eachTool(tools, (_, tool) => (askOf(tool) ? tool : this.#guard(tool, ['execute'])));
  }

  #guard<T extends object>(target: T, methods: readonly string[]): T {
    return new Proxy(target, {
      get: (_, key) => {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== 'function' || !methods.includes(String(key))) return value;
        return (...args: unknown[]) => this.#raced((value as Method).apply(target, args));
      },
    });
  }

  #raced(output: unknown): unknown {
    if (typeof output !== 'object' || output === null) return output;
    if (!(Symbol.asyncIterator in output)) {
      return Promise.race([output, this.#stopped.promise]).then((answer) => this.#withStream(answer));
    }
    const source = (output as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    const next = () => Promise.race([source.next(), this.#stopped.promise]);
    return { [Symbol.asyncIterator]: () => ({ next }) };
  }

  // The end of a stream is held back until it is recorded: that is where most of them would stand.
  #withStream(answer: unknown): unknown {
    const { stream } = (answer ?? {}) as { readonly stream?: ReadableStream<unknown> };
    if (!(stream instanceof ReadableStream)) return answer;
    const reader = stream.getReader();
    const guarded = new ReadableStream({
      pull: async (controller) => {
        const { done, value } = await Promise.race([reader.read(), this.#stopped.promise]);
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    });
    return { ...(answer as object), stream: guarded };
  }
}
