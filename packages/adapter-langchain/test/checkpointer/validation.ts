import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KeyvSaver } from '../../src/index.ts';

// The suite of LangGraph's finds its test runner among the globals.
Object.assign(globalThis, { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it });
const { deltaChannelHistoryTests, validate } = await import('@langchain/langgraph-checkpoint-validation');

export interface Places {
  /** A saver on a store that nobody else uses. */
  open(): KeyvSaver;
  close?(saver: KeyvSaver): Promise<void>;
}

/** Everything that LangGraph demands of a checkpointer. */
export function validates({ open, close = (saver) => saver.close() }: Places): void {
  const init = {
    checkpointerName: 'KeyvSaver',
    createCheckpointer: open,
    destroyCheckpointer: close,
  };
  validate(init);
  deltaChannelHistoryTests(init);
}
