import { AsyncLocalStorage } from 'node:async_hooks';
import type { Asked } from './bubble-up.ts';

/** The questions that graphs have stopped at with `interrupt()` since an invocation began, for its caller. */
export const questions: AsyncLocalStorage<Asked[]> = new AsyncLocalStorage();

/** Notes a question for as long as nobody has answered it. */
export function asking(asked: Asked, isOpen: Promise<boolean>): void {
  const open = questions.getStore();
  void isOpen.then((isAsked) => isAsked && open?.push(asked));
}
