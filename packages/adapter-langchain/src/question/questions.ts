import { AsyncLocalStorage } from 'node:async_hooks';
import type { OpenWait } from '@reprise/core';
import type { Asked } from '../graph/bubble-up.ts';
import type { TaskConfig } from '../graph/task-config.ts';

/** The questions that a graph has stopped at with `interrupt()` since a call of it began, for its caller. */
export class Questions {
  /** Those that nobody has answered. */
  readonly asked: Asked[] = [];
  /** Puts a question on the thread, where the graph keeps one. */
  show: ((task: TaskConfig, asked: readonly Asked[]) => Promise<void>) | undefined;
  /** The state that the graph stands in, as the thread has it. */
  state: (() => Promise<unknown>) | undefined;
  readonly #byTask = new Map<string, Asked[]>();
  readonly #shown: Promise<void>[] = [];

  /** Notes a question for as long as nobody has answered it. */
  async note(asked: Asked, open: Promise<OpenWait | undefined>, task: TaskConfig | undefined): Promise<void> {
    const wait = await open;
    if (!wait) return;
    // A task that runs again may have another id this time; what a person was told first stays good.
    const { reference = asked.id } = wait;
    const question = { ...asked, ...(reference === undefined ? {} : { id: reference }) };
    this.asked.push(question);
    const id = task?.configurable?.checkpoint_ns;
    if (!task || typeof id !== 'string') return;
    const others = this.#byTask.get(id) ?? [];
    others.push(question);
    this.#byTask.set(id, others);
    const shown = this.show?.(task, [...others]);
    if (!shown) return;
    shown.catch(() => {});
    this.#shown.push(shown);
  }

  /** Settles when the thread shows them. */
  async areShown(): Promise<void> {
    await Promise.all(this.#shown);
  }

  /** What the caller of a graph that stands at its questions gets. */
  async told(): Promise<object> {
    await this.areShown();
    const state = await this.state?.();
    return { ...(isPlain(state) ? state : {}), __interrupt__: [...this.asked] };
  }
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The questions of the running call. */
export const questions: AsyncLocalStorage<Questions> = new AsyncLocalStorage();
