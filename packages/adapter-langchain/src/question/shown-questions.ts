import type { Asked } from '../graph/bubble-up.ts';
import type { TaskConfig } from '../graph/task-config.ts';
import type { Thread } from '../thread/thread.ts';

/**
 * Puts the open questions of a task on its thread, as LangGraph does when it stops at one, so that the thread shows
 * them: upon the task, and upon each that it stands in.
 */
export async function showQuestions(thread: Thread, task: TaskConfig, asked: readonly Asked[]): Promise<void> {
  const saver = await thread.saver();
  for (const { namespace, checkpoint, id } of tasksAround(task)) {
    if (!thread.arrivals.areKept(namespace)) continue;
    const configurable = { thread_id: thread.id, checkpoint_ns: namespace, checkpoint_id: checkpoint };
    await thread.arrivals.of(checkpoint);
    await saver.putWrites({ configurable }, [['__interrupt__', [...asked]]], id, '');
  }
}

interface Place {
  readonly namespace: string;
  readonly checkpoint: string;
  readonly id: string;
}

// A namespace names its tasks from the outermost in: outer:<id>|inner:<id>.
function tasksAround({ configurable = {} }: TaskConfig): Place[] {
  const checkpoints = (configurable.checkpoint_map ?? {}) as Readonly<Record<string, string | undefined>>;
  const parts = String(configurable.checkpoint_ns ?? '').split('|');
  return parts.flatMap((part, index) => {
    const namespace = parts.slice(0, index).join('|');
    const checkpoint = checkpoints[namespace];
    const [, id] = part.split(':');
    return id === undefined || checkpoint === undefined ? [] : [{ namespace, checkpoint, id }];
  });
}
