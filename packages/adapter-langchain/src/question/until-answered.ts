import { AsyncLocalStorageProviderSingleton } from '@langchain/core/singletons';
import { UsageError, type WaitOptions } from '@reprise/core';
import { callWait, scope } from '@reprise/core/adapter';
import { type Asked, interruptOf, lacksThread } from '../graph/bubble-up.ts';
import type { Frame } from '../graph/frame.ts';
import type { TaskConfig } from '../graph/task-config.ts';
import { questionOfReview, reviewOf, schemaOfReview, unlessRejected } from './approvals.ts';
import { questions } from './questions.ts';

/**
 * Runs code that may stop at `interrupt()`. Its question becomes a wait of the execution, and the code stands there, with
 * everything beside it going on. With the answer it runs again from its start, as in LangGraph; its calls are not made
 * again.
 */
export async function untilAnswered<T>(
  frame: Frame,
  run: (answers: readonly unknown[]) => T | Promise<T>,
  task: TaskConfig | undefined = AsyncLocalStorageProviderSingleton.getRunnableConfig(),
): Promise<Awaited<T>> {
  const answers: unknown[] = [];
  for (;;) {
    try {
      const count = answers.length;
      return await (count === 0 ? run(answers) : scope('again', String(count), () => run([...answers])));
    } catch (error) {
      if (lacksThread(error)) throw needsThread(error);
      const asked = interruptOf(error);
      if (!asked) throw error;
      answers.push(await answerTo(asked, answers.length, task));
      frame.again();
    }
  }
}

function needsThread(cause: unknown): UsageError {
  return new UsageError(
    'interrupt(), and an approval of humanInTheLoopMiddleware, need a thread to stop on: begin the agent anew with ' +
      "{ configurable: { thread_id: '…' } } (a thread is an execution of its own, so an `id` may be left out). A graph " +
      'with `checkpointer: false` keeps none.',
    { cause },
  );
}

function answerTo(asked: Asked, index: number, task: TaskConfig | undefined): Promise<unknown> {
  return scope('interrupt', String(index), () => {
    const { answer, open } = callWait('interrupt', askedOf(asked.value), { reference: asked.id });
    void questions.getStore()?.note(asked, open, task);
    const review = reviewOf(asked.value);
    return review ? unlessRejected(review, answer) : answer;
  });
}

function askedOf(value: unknown): WaitOptions<unknown> {
  const review = reviewOf(value);
  return review
    ? { question: questionOfReview(review), schema: schemaOfReview(review) }
    : { question: questionOf(value) };
}

/** What a person is shown of the value that `interrupt()` was given. */
function questionOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const { question } = (value ?? {}) as { question?: unknown };
  return typeof question === 'string' ? question : (JSON.stringify(value) ?? String(value));
}
