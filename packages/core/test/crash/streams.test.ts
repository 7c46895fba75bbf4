import { expect, test } from 'vitest';
import { call, callStream } from '../../src/adapter.ts';
import { checkpoint } from '../../src/index.ts';
import { everyCrash } from '../../src/testing.ts';
import { turns } from './bodies.ts';

interface Chunk {
  readonly text: string;
  readonly isLast: boolean;
}

const stream = (prompt: string): AsyncIterable<Chunk> =>
  callStream<Chunk>({
    kind: 'llm',
    name: 'stream',
    input: prompt,
    async *run() {
      const words = `an answer to ${prompt}`.split(' ');
      for (const [i, text] of words.entries()) {
        await turns(1);
        yield { text, isLast: i === words.length - 1 };
      }
    },
    isTerminal: ({ isLast }) => isLast,
  });

const tool = (input: string) => call({ kind: 'tool', name: 'tool', input, run: async () => `${input}!` });

async function read(chunks: AsyncIterable<Chunk>): Promise<string[]> {
  const words: string[] = [];
  for await (const { text } of chunks) words.push(text);
  return words;
}

test('a stream yields the same chunks after every crash, and the tool that it asked for is called once', async () => {
  const report = await everyCrash(
    (reprise) =>
      reprise.flow('agent', async (prompt: string) => {
        const words = await read(stream(prompt));
        return [...words, await tool(words.join(' '))];
      }),
    'otters',
  );
  expect(report.result).toEqual(['an', 'answer', 'to', 'otters', 'an answer to otters!']);
  expect(report.crashes.some(({ repeated }) => repeated.join() === 'stream')).toBe(true);
});

test('streams side by side do not mix', async () => {
  const report = await everyCrash((reprise) =>
    reprise.flow('agent', async () => Promise.all(['a', 'a b', 'a b c'].map(async (prompt) => read(stream(prompt))))),
  );
  expect(report.result.map((words) => words.length)).toEqual([4, 5, 6]);
});

test('a consumer that leaves early does not lose the record', async () => {
  const report = await everyCrash((reprise) =>
    reprise.flow('agent', async () => {
      const first: string[] = [];
      for await (const { text } of stream('otters')) {
        first.push(text);
        if (first.length === 2) break;
      }
      return [...first, await tool(first.join(' '))];
    }),
  );
  expect(report.result).toEqual(['an', 'answer', 'an answer!']);
});

test('a stream inside of a call belongs to that call', async () => {
  const answer = checkpoint('answer', async (prompt: string) => (await read(stream(prompt))).join(' '));
  const report = await everyCrash((reprise) => reprise.flow('agent', async () => tool(await answer('otters'))));
  expect(report.result).toBe('an answer to otters!');
});
