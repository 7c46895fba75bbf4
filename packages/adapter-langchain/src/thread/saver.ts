import { type EngineStore, engineStore } from '@reprise/core/store';
import { KeyvSaver } from '../checkpointer/keyv-saver.ts';

/** What a checkpointer of LangGraph has of a checkpoint, as far as it matters here. */
export interface Tuple {
  readonly checkpoint: { readonly id: string };
  readonly metadata?: { readonly reprise?: unknown; readonly source?: unknown };
  readonly parentConfig?: object;
}

/** A checkpointer of LangGraph, as far as it matters here. */
export interface Saver {
  getTuple(config: object): Promise<Tuple | undefined>;
  put(config: object, checkpoint: Tuple['checkpoint'], metadata: object, ...rest: unknown[]): Promise<unknown>;
  putWrites(config: object, writes: readonly unknown[], task: string, ...rest: unknown[]): Promise<unknown>;
}

/** A graph of LangGraph, as far as it matters here. */
export interface Graph {
  readonly checkpointer?: unknown;
  readonly config?: { readonly configurable?: Readonly<Record<string, unknown>> };
}

/** The graph that an agent is, or stands in front of. */
export function graphOf(target: object): Graph {
  return (target as { graph?: Graph }).graph ?? target;
}

/** Whether a graph is lent a checkpointer: it has none, and has not refused one with `false`. */
export function isLent(graph: Graph): boolean {
  // A graph that runs elsewhere has no such property.
  const isOurs = (graph as { lg_is_pregel?: unknown }).lg_is_pregel === true && 'checkpointer' in graph;
  return isOurs && (graph.checkpointer === undefined || graph.checkpointer === null);
}

/** How to get at the checkpointer of a graph: its own, or the one that it is lent. */
export function saverOf(target: object, reprise: object | undefined): (() => Promise<Saver>) | undefined {
  const graph = graphOf(target);
  const { checkpointer } = graph;
  if (typeof checkpointer === 'object' && checkpointer !== null) return async () => checkpointer as Saver;
  return isLent(graph) ? () => lentSaver(reprise) : undefined;
}

const lent = new WeakMap<object, KeyvSaver>();

/** The checkpointer on the store of an engine. */
export async function lentSaver(reprise: object | undefined): Promise<KeyvSaver> {
  const opened: EngineStore = await engineStore(reprise);
  const known = lent.get(opened.store);
  if (known) return known;
  const saver = new KeyvSaver({}, async () => ({ ...opened, close: async () => {} }));
  lent.set(opened.store, saver);
  return saver;
}
