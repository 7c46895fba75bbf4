import type { Saver } from './saver.ts';

/** Which checkpoints of a call are on the thread: LangGraph does not wait for them, unless it is told to. */
export class Arrivals {
  readonly #awaited = new Map<string, PromiseWithResolvers<void>>();
  readonly #namespaces = new Set<unknown>();
  #failure: { readonly error: unknown } | undefined;

  /** A graph looks for its last checkpoint before it does anything; one that keeps none never does. */
  began({ configurable }: { readonly configurable?: { readonly checkpoint_ns?: unknown } }): void {
    this.#namespaces.add(configurable?.checkpoint_ns ?? '');
  }

  /** Whether the graph there puts its checkpoints on the thread. */
  areKept(namespace: string): boolean {
    return this.#namespaces.has(namespace);
  }

  of(checkpoint: string): Promise<void> {
    return this.#at(checkpoint).promise;
  }

  arrived(checkpoint: string): void {
    this.#at(checkpoint).resolve();
  }

  /** After one that could not be put there LangGraph puts none. */
  failed(error: unknown): void {
    this.#failure = { error };
    for (const { reject } of this.#awaited.values()) reject(error);
  }

  #at(checkpoint: string): PromiseWithResolvers<void> {
    const known = this.#awaited.get(checkpoint);
    if (known) return known;
    const fresh = Promise.withResolvers<void>();
    fresh.promise.catch(() => {});
    this.#awaited.set(checkpoint, fresh);
    if (this.#failure) fresh.reject(this.#failure.error);
    return fresh;
  }
}

/** The checkpointer as a call uses it: each checkpoint says which call it is of. */
export function marking(saver: Saver, owner: string, arrivals: Arrivals): Saver {
  const put: Saver['put'] = async (config, checkpoint, metadata, ...rest) => {
    try {
      const stored = await saver.put(config, checkpoint, { ...metadata, reprise: owner }, ...rest);
      arrivals.arrived(checkpoint.id);
      return stored;
    } catch (error) {
      arrivals.failed(error);
      throw error;
    }
  };
  const getTuple: Saver['getTuple'] = async (config) => {
    arrivals.began(config);
    const tuple = await saver.getTuple(config);
    if (tuple) arrivals.arrived(tuple.checkpoint.id);
    return tuple;
  };
  return new Proxy(saver, {
    get(target, key) {
      if (key === 'put') return put;
      if (key === 'getTuple') return getTuple;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
