import { expect, test } from 'vitest';
import { checkpoint, log } from '../../src/index.ts';
import { everyCrash } from '../../src/testing.ts';
import { turns } from './bodies.ts';

const research = checkpoint('research', async (topic: string) => {
  await turns(1);
  return [`${topic} swim`, `${topic} eat fish`];
});
const write = checkpoint('write', async (facts: string[]) => facts.join(', and '));

test('calls in a row are each made once, whichever write the process dies at', async () => {
  const report = await everyCrash(
    (reprise) => reprise.flow('agent', async (topic: string) => write(await research(topic))),
    'otters',
  );
  expect(report.result).toBe('otters swim, and otters eat fish');
  // Two calls, one write each; the execution is begun and ended with two writes each.
  expect(report.boundaries).toBe(6);
  expect(report.crashes.map(({ boundary, repeated }) => [boundary.write, boundary.landed, ...repeated])).toEqual([
    [1, false],
    [1, true],
    [2, false],
    [2, true],
    [3, false, 'research'],
    [3, true],
    [4, false, 'write'],
    [4, true],
    [5, false],
    [5, true],
    [6, false],
    [6, true],
  ]);
});

test('a flow without calls survives every crash', async () => {
  const report = await everyCrash((reprise) => reprise.flow('sum', (numbers: number[]) => numbers.length), [1, 2, 3]);
  expect(report.result).toBe(3);
  expect(report.crashes).toHaveLength(8);
});

test('calls of one name and one input are told apart by where they stand', async () => {
  let count = 0;
  const next = checkpoint('next', async () => ++count);
  const report = await everyCrash(
    (reprise) =>
      reprise.flow('counter', async () => {
        const seen: number[] = [];
        for (let i = 0; i < 4; i++) seen.push(await next());
        return seen.every((number, i) => i === 0 || number > (seen[i - 1] as number));
      }),
    undefined,
    {
      before: () => {
        count = 0;
      },
    },
  );
  expect(report.result).toBe(true);
});

test('an agent whose messages grow with each call goes on with all of them', async () => {
  const model = checkpoint('model', async (messages: string[]) =>
    `answer to ${messages.length} messages`.padEnd(400, '.'),
  );
  const report = await everyCrash(
    (reprise) =>
      reprise.flow('agent', async (turnsToGo: number) => {
        const messages = Array.from({ length: 10 }, (_, i) => `message ${i} `.padEnd(200, '-'));
        for (let i = 0; i < turnsToGo; i++) messages.push(await model([...messages]));
        return messages;
      }),
    3,
  );
  expect(report.result).toHaveLength(13);
});

test('values too large for a segment survive every crash', async () => {
  const fetch = checkpoint('fetch', async (page: number) => `${page}`.repeat(100_000));
  const report = await everyCrash(
    (reprise) => reprise.flow('scrape', async () => [await fetch(1), await fetch(2)].map((text) => text.length)),
    undefined,
  );
  expect(report.result).toEqual([100_000, 100_000]);
  expect(report.crashes.some(({ boundary }) => boundary.what.startsWith('large value'))).toBe(true);
});

test('values that JSON has no word for come back as they were', async () => {
  const fetch = checkpoint('fetch', async () => ({
    at: new Date(0),
    tags: new Set(['a']),
    bytes: new Uint8Array([1]),
    none: undefined,
  }));
  const report = await everyCrash((reprise) =>
    reprise.flow('values', async () => ({ ...(await fetch()), more: await fetch() })),
  );
  expect(report.result.more).toEqual({
    at: new Date(0),
    tags: new Set(['a']),
    bytes: new Uint8Array([1]),
    none: undefined,
  });
});

test('with outcomes stored behind the program only the last ones are lost', async () => {
  const report = await everyCrash(
    (reprise) => reprise.flow('agent', async (topic: string) => write(await research(topic)), { durability: 'async' }),
    'otters',
  );
  expect(report.result).toBe('otters swim, and otters eat fish');
});

test('what is encrypted and logged survives every crash', async () => {
  const report = await everyCrash(
    (reprise) =>
      reprise.flow('agent', async (topic: string) => {
        log({ topic });
        return write(await research(topic));
      }),
    'otters',
    { engine: { encrypt: 'a secret that is long enough' } },
  );
  expect(report.result).toBe('otters swim, and otters eat fish');
});

test('a crash on the way back from a crash loses no more than the first one', async () => {
  const report = await everyCrash(
    (reprise) => reprise.flow('agent', async (topic: string) => write(await research(topic))),
    'otters',
    { depth: 2 },
  );
  expect(report.crashes.filter(({ second }) => second !== undefined).length).toBeGreaterThan(20);
});
