import { isOff } from '@reprise/core/adapter';
import { type Graph, graphOf, isLent, lentSaver } from './saver.ts';

type Method = (...args: unknown[]) => unknown;

const METHODS: ReadonlySet<PropertyKey> = new Set(['getState', 'updateState', 'bulkUpdateState']);

/** How a thread is looked at and changed where its graph is lent a checkpointer, which it knows only while it runs. */
export function stateMethod(target: object, key: PropertyKey, reprise: object | undefined): Method | undefined {
  const isHistory = key === 'getStateHistory';
  if ((!isHistory && !METHODS.has(key)) || !isLent(graphOf(target))) return undefined;
  const methodOf = async () => {
    const graph = await lending(graphOf(target), reprise);
    return (Reflect.get(graph, key) as Method).bind(graph);
  };
  if (!isHistory) return async (...args) => (await methodOf())(...args);
  return async function* (...args) {
    yield* (await methodOf())(...args) as AsyncIterable<unknown>;
  };
}

// The user's own graph stays as it is.
async function lending(graph: Graph, reprise: object | undefined): Promise<Graph> {
  if (isOff()) return graph;
  return Object.create(graph, { checkpointer: { value: await lentSaver(reprise) } }) as Graph;
}
