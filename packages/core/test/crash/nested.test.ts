import { expect, test } from 'vitest';
import { call, scope } from '../../src/adapter.ts';
import { checkpoint } from '../../src/index.ts';
import { everyCrash } from '../../src/testing.ts';
import { turns } from './bodies.ts';

const leaf = checkpoint('leaf', async (n: number) => n * 10);

test('finished calls inside an unfinished one are served when it runs again', async () => {
  const outer = checkpoint('outer', async (n: number) => {
    const first = await leaf(n);
    await turns(1);
    return first + (await leaf(n + 1));
  });
  const report = await everyCrash((reprise) => reprise.flow('nested', async (n: number) => outer(n)), 1);
  expect(report.result).toBe(30);
  expect(report.crashes.some(({ repeated }) => repeated.join() === 'outer')).toBe(true);
  expect(report.crashes.some(({ repeated }) => repeated.join() === 'outer,leaf')).toBe(true);
});

test('calls three deep, with one input everywhere, keep their places', async () => {
  const middle = checkpoint('middle', async () => [await leaf(1), await leaf(1)]);
  const outer = checkpoint('outer', async () => [...(await middle()), ...(await middle())]);
  const report = await everyCrash((reprise) => reprise.flow('deep', async () => [...(await outer()), await leaf(1)]));
  expect(report.result).toEqual([10, 10, 10, 10, 10]);
});

test('an agent loop of model calls and tools goes on in the middle of a tool', async () => {
  const model = (messages: readonly string[]) =>
    call({
      kind: 'llm',
      name: 'model',
      input: messages,
      run: async () => {
        await turns(1);
        return messages.length < 5 ? `search ${messages.length}` : 'done';
      },
    });
  const search = (query: string) =>
    call({
      kind: 'tool',
      name: 'search',
      input: query,
      run: async () => `${await model([query])} of ${await leaf(query.length)}`,
    });
  const report = await everyCrash(
    (reprise) =>
      reprise.flow('agent', (task: string) =>
        scope('agent', undefined, async () => {
          const messages = [task];
          for (;;) {
            const answer = await model(messages);
            messages.push(answer);
            if (answer === 'done') return messages;
            messages.push(await scope('tool', `call-${messages.length}`, () => search(answer)));
          }
        }),
      ),
    'find otters',
  );
  expect(report.result).toHaveLength(6);
  expect(report.crashes.some(({ repeated }) => repeated.includes('search') && repeated.includes('model'))).toBe(true);
});
