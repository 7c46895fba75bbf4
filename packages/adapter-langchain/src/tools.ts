import { patch } from './patch.ts';

/** Tools of a loop of your own: in an execution their results are recorded. The same tools come back. */
export function durableTools<T extends readonly object[] | Readonly<Record<string, object>>>(tools: T): T {
  patch();
  return tools;
}
