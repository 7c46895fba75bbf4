import { type ScopeOptions, scope } from '@reprise/core/adapter';
import { untilAnswered } from '../question/until-answered.ts';
import { isAborted, isBubbleUp } from './bubble-up.ts';
import { Frame, frames } from './frame.ts';
import { afresh } from './scratchpad.ts';
import type { TaskConfig } from './task-config.ts';

/** Whether with this config a task of LangGraph begins, and not a part of one. */
export function beginsTask(config: TaskConfig | undefined): boolean {
  if (config?.configurable?.__pregel_scratchpad === undefined) return false;
  const namespace = namespaceOf(config);
  for (let frame = frames.getStore(); frame; frame = frame.parent) {
    if (frame.namespace !== undefined) return frame.namespace !== namespace;
  }
  return true;
}

/** Runs a task as a scope: known by where it stands in the graph, whatever ids LangGraph has for it this time. */
export function asTask<C extends TaskConfig, T>(config: C, run: (config: C) => Promise<T>): Promise<T> {
  const { langgraph_step: step } = config.metadata ?? {};
  // All tasks of a step are over when the next one begins.
  const stage = typeof step === 'number' && step >= 0 ? { stage: step } : {};
  return tried({ key: keyOf(config), namespace: namespaceOf(config), ...stage }, (frame) =>
    untilAnswered(frame, (answers) => run(answers.length > 0 ? afresh(config, answers) : config), config),
  );
}

/** Code that may be run again, by its place. */
interface Tried extends ScopeOptions {
  readonly key: string;
  readonly namespace?: string;
}

/**
 * Runs code whose own failure must not be for ever: where it fails over answers that were all served, as it did when they
 * were made, it runs once more and asks afresh.
 */
export async function tried<T>({ key, namespace, ...options }: Tried, run: (frame: Frame) => Promise<T>): Promise<T> {
  const around = frames.getStore();
  for (;;) {
    const count = around?.tries.get(key) ?? 0;
    around?.tries.set(key, count + 1);
    const frame = new Frame(around, namespace);
    let isGotOver = false;
    const attempt = () =>
      scope(
        'try',
        undefined,
        (own) =>
          run(frame).catch((error) => {
            isGotOver = own.isGotOver(error);
            throw error;
          }),
        { stage: count },
      );
    try {
      return await frames.run(frame, () => scope('task', key, attempt, options));
    } catch (error) {
      const isOwn = !isBubbleUp(error) && !isAborted(error);
      if (!around || !isOwn || isGotOver || frame.made > 0 || frame.served === 0) throw error;
    }
  }
}

function namespaceOf({ configurable }: TaskConfig): string {
  return String(configurable?.checkpoint_ns ?? '');
}

function keyOf({ metadata }: TaskConfig): string {
  const { langgraph_step: step, langgraph_node: node, langgraph_path: path } = metadata ?? {};
  return `${step} ${node} ${JSON.stringify(path, withoutIds)}`;
}

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function withoutIds(_key: string, part: unknown): unknown {
  return typeof part === 'string' && ID.test(part) ? 'id' : part;
}
