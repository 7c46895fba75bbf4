import { expect, test } from 'vitest';
import { checkpoint, wait } from '../../src/index.ts';
import { everyCrash } from '../../src/testing.ts';
import { turns } from './bodies.ts';

const ask = checkpoint('ask', async (model: string, wait: number) => {
  await turns(wait);
  return `${model} answers`;
});
const judge = checkpoint('judge', async (answer: string) => `${answer} well`);

test('a race has the same winner after every crash', async () => {
  const report = await everyCrash((reprise) =>
    reprise.flow('race', async () => judge(await Promise.race([ask('slow', 60), ask('fast', 1)]))),
  );
  expect(report.result).toBe('fast answers well');
});

test('a recorded winner stays the winner, though the other one would be faster now', async () => {
  let processes = 0;
  const report = await everyCrash(
    (reprise) => {
      const isFirst = processes++ === 0;
      const made = new Set<string>();
      const run = checkpoint('run', async (runner: string) => {
        made.add(runner);
        await turns((runner === 'a') === isFirst ? 1 : 40);
        return runner;
      });
      return reprise.flow('race', async () => {
        const winner = await Promise.race([run('a'), run('b')]);
        await judge('the race');
        return winner === 'a' || made.has('a');
      });
    },
    undefined,
    {
      before: () => {
        processes = 0;
      },
    },
  );
  expect(report.result).toBe(true);
  expect(report.crashes.some(({ repeated }) => repeated.includes('run'))).toBe(true);
});

test('what the loser of a race brings is kept, and is not asked for again', async () => {
  const report = await everyCrash((reprise) =>
    reprise.flow('race', async () => {
      const slow = ask('slow', 30);
      const first = await Promise.race([slow, ask('fast', 1)]);
      return [first, await judge(first), await slow];
    }),
  );
  expect(report.result).toEqual(['fast answers', 'fast answers well', 'slow answers']);
  expect(report.crashes.some(({ repeated }) => repeated.join() === 'ask')).toBe(true);
});

test('a call that never comes back does not hold up the flow that has stopped waiting for it', async () => {
  const hangs = checkpoint('hangs', () => new Promise<string>(() => {}));
  const report = await everyCrash((reprise) =>
    reprise.flow('race', async () => judge(await Promise.race([hangs(), ask('fast', 1)]))),
  );
  expect(report.result).toBe('fast answers well');
});

test('a wait that is answered after it has lost a race does not win it when the flow goes on', async () => {
  const step = checkpoint('step', async (n: number) => n);
  const report = await everyCrash(
    (reprise) =>
      reprise.flow('race', async () => {
        const count = async () => {
          for (let n = 0; n < 5; n++) await step(n);
          return 'counted';
        };
        const winner = await Promise.race([count(), wait<string>('stop')]);
        await wait('go on');
        return judge(winner);
      }),
    undefined,
    { answers: { stop: 'stopped', 'go on': true } },
  );
  expect(report.result).toBe('counted well');
});

test('a winner whose value takes long to load stays the winner', async () => {
  const read = checkpoint('read', async (size: number) => {
    await turns(size > 1 ? 1 : 20);
    return 'x'.repeat(size);
  });
  const report = await everyCrash((reprise) =>
    reprise.flow('race', async () => {
      const small = read(1);
      const winner = await Promise.race([read(200_000), small]);
      await small;
      return judge(`${winner.length}`);
    }),
  );
  expect(report.result).toBe('200000 well');
});
