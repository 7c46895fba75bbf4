import type { AskedWait, Question } from '@reprise/core/adapter';

/** Asks the question of a tool call, and tells whether the answer is there yet. */
export type Ask = (question: Question, toolCallId: string) => AskedWait<unknown>;

const ASK = Symbol.for('reprise.vercel-ai.ask');

/** How this tool asks, where it is one that asks a person. */
export function askOf(tool: unknown): Ask | undefined {
  return (tool as { [ASK]?: Ask } | undefined)?.[ASK];
}

/** A tool that asks a person so. */
export function asksWith<T extends object>(tool: T, ask: Ask): T {
  return Object.defineProperty(tool, ASK, { value: ask });
}
