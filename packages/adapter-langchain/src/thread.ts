import { current } from '@reprise/core';
import type { Request, Target } from './run.ts';

/** A checkpointer of LangGraph, as far as it matters here. */
interface Saver {
  getTuple(config: object): Promise<{ readonly metadata?: { readonly reprise?: unknown } } | undefined>;
  put(config: object, checkpoint: unknown, metadata: object, ...rest: unknown[]): Promise<unknown>;
}

interface ThreadConfig {
  readonly configurable?: Readonly<Record<string, unknown>>;
  readonly durability?: unknown;
  readonly checkpointDuring?: unknown;
}

/** A thread that a graph keeps. */
export interface Thread {
  readonly id: string;
  /** The request as it is made now: it goes on from the thread's own state, where this call has put one there. */
  prepare(request: Request): Promise<Request>;
  state(config: unknown): Promise<unknown>;
}

/**
 * A graph that keeps threads has put its state there when it was stopped: it goes on from that state, and not from the
 * input, which would be on the thread twice. Its checkpoints say which call they are of.
 */
export function threadOf(target: Target, given: unknown): Thread | undefined {
  const config = given as ThreadConfig | undefined;
  const id = config?.configurable?.thread_id;
  const saver = saverOf(target);
  if (id === undefined || !saver) return undefined;
  return {
    id: String(id),
    prepare: async (request) => {
      const { execution, call } = current();
      const owner = `${execution.id} ${call?.id}`;
      const head = await saver.getTuple({ configurable: { thread_id: id, checkpoint_ns: '' } });
      const isOurs = head?.metadata?.reprise === owner;
      return { ...request, ...(isOurs ? { input: null } : {}), config: ownConfig(config ?? {}, saver, owner, isOurs) };
    },
    state: async (own) => {
      const { getState } = target as { getState?: (config: unknown) => Promise<{ values?: unknown }> };
      return (await getState?.call(target, own))?.values;
    },
  };
}

function ownConfig(config: ThreadConfig, saver: Saver, owner: string, isOurs: boolean): ThreadConfig {
  const { checkpoint_id: from, ...configurable } = config.configurable ?? {};
  const isChosen = config.durability !== undefined || config.checkpointDuring !== undefined;
  return {
    ...config,
    // The steps that are behind a graph are not told again, so they have to be there.
    ...(isChosen ? {} : { durability: 'sync' }),
    configurable: {
      ...configurable,
      ...(isOurs || from === undefined ? {} : { checkpoint_id: from }),
      __pregel_checkpointer: marking(saver, owner),
    },
  };
}

/** The checkpointer of a graph. One of ours, for a graph that has none and is given a thread, belongs here. */
function saverOf(target: object): Saver | undefined {
  const { checkpointer } = ((target as { graph?: object }).graph ?? target) as { checkpointer?: unknown };
  return typeof checkpointer === 'object' && checkpointer !== null ? (checkpointer as Saver) : undefined;
}

function marking(saver: Saver, owner: string): Saver {
  const put: Saver['put'] = (config, checkpoint, metadata, ...rest) =>
    saver.put(config, checkpoint, { ...metadata, reprise: owner }, ...rest);
  return new Proxy(saver, {
    get(target, key) {
      if (key === 'put') return put;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
