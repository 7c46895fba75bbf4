import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tool } from '@langchain/core/tools';
import { Annotation, StateGraph } from '@langchain/langgraph';
import { configure } from '@reprise/core';
import { beforeAll } from 'vitest';
import { z } from 'zod';
import type { Script } from './model.ts';

let ids = 0;
export const newId = () => `execution-${++ids}`;
export const say = (content: string) => ({ messages: [{ role: 'user', content }] });
export const lastOf = ({ messages }: { messages: { content: unknown }[] }): unknown => messages.at(-1)?.content;

/** A tool, and what it was asked for. */
export function searching(onRun: (query: string) => unknown = (query) => `found ${query}`) {
  const runs: string[] = [];
  const search = tool(
    async ({ query }: { query: string }) => {
      runs.push(query);
      return onRun(query);
    },
    { name: 'search', description: 'Searches.', schema: z.object({ query: z.string() }) },
  );
  return { search, runs };
}

/** Asks for the tool, and says what came of it. */
export const twoTurns: Script = (messages) =>
  messages.at(-1)?._getType() === 'tool'
    ? { text: `It is ${messages.at(-1)?.content}.` }
    : { calls: [{ id: 'call_1', name: 'search', args: { query: 'otters' } }] };

type Refund = (input: { dollars: number }) => Promise<string>;

/** A tool that gives money back. */
export const newRefund = (refund: Refund) =>
  tool(refund, { name: 'refund', description: 'Gives money back.', schema: z.object({ dollars: z.number() }) });

/** Asks for the money back, and says what came of it. */
export const refunding: Script = (messages) =>
  messages.at(-1)?._getType() === 'tool'
    ? { text: String(messages.at(-1)?.content) }
    : { calls: [{ id: 'call_1', name: 'refund', args: { dollars: 30 } }] };

/** Has the tests of a file record in a store of their own. */
export function recordInFolder(): void {
  beforeAll(() => {
    const folder = mkdtempSync(join(tmpdir(), 'reprise-langchain-'));
    configure({ store: `sqlite:${join(folder, 'journal.db')}`, poll: 20 });
    return () => rmSync(folder, { recursive: true });
  });
}

const Said = Annotation.Root({ said: Annotation<string>() });

/** A graph of one node. */
export function graphOf(node: (state: { said: string }) => Promise<{ said: string }>) {
  return new StateGraph(Said).addNode('node', node).addEdge('__start__', 'node');
}
