import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkpoint, type OpenWait, wait } from '../../src/index.ts';
import { everyCrash } from '../../src/testing.ts';

const draft = checkpoint('draft', async (topic: string) => `a text about ${topic}`);

test('an answer counts once, and no call around it is made for a second time', async () => {
  const report = await everyCrash(
    (reprise) =>
      reprise.flow('agent', async (topic: string) => {
        const text = await draft(topic);
        const isApproved = await wait<boolean>('approve', { question: text });
        return isApproved ? draft(`why ${text} was approved`) : 'no';
      }),
    'otters',
    { answers: { approve: true } },
  );
  expect(report.result).toBe('a text about why a text about otters was approved');
  expect(report.crashes.flatMap(({ repeated }) => repeated).sort()).toEqual(['draft', 'draft']);
});

test('a wait in a loop has one answer for each time round', async () => {
  const report = await everyCrash(
    (reprise) =>
      reprise.flow('agent', async () => {
        const answers: number[] = [];
        while ((answers.at(-1) ?? 0) < 3) answers.push(await wait<number>('next'));
        return answers;
      }),
    undefined,
    { answers: { next: 2, 'next#2': 1, 'next#3': 3 } },
  );
  expect(report.result).toEqual([2, 1, 3]);
});

test('waits in a checkpoint and in parallel branches are open at once', async () => {
  const askTwice = checkpoint('ask twice', async (name: string) => {
    const first = await wait<string>(`${name} first`);
    return [first, await draft(first), await wait<string>(`${name} second`)];
  });
  const asked: string[] = [];
  const report = await everyCrash(
    (reprise) =>
      reprise.flow('agent', async () =>
        Promise.all([askTwice('anna'), askTwice('bert'), wait<string>('carla'), draft('all of them')]),
      ),
    undefined,
    {
      before: () => {
        asked.length = 0;
      },
      answers: Object.fromEntries(
        ['anna first', 'anna second', 'bert first', 'bert second', 'carla'].map((name) => [
          name,
          (open: OpenWait) => {
            asked.push(open.name);
            return `${open.name} says yes`;
          },
        ]),
      ),
      effects: () => [...asked].sort(),
    },
  );
  expect(report.result[1]).toEqual(['bert first says yes', 'a text about bert first says yes', 'bert second says yes']);
  expect(asked).toHaveLength(5);
});

test('an answer that was refused is asked for again, once', async () => {
  const report = await everyCrash(
    (reprise) => reprise.flow('agent', async () => draft(String(await wait('count', { schema: z.number().min(3) })))),
    undefined,
    { answers: { count: ({ refused }: OpenWait) => (refused === undefined ? 1 : 4) } },
  );
  expect(report.result).toBe('a text about 4');
});

test('a deadline that nobody keeps takes its default, or fails', async () => {
  const report = await everyCrash((reprise) =>
    reprise.flow('agent', async () => {
      const size = await wait<string>('size', { deadline: '2 hours', default: 'small' });
      const colour = await wait<string>('colour', { deadline: '2 days' }).catch((error: Error) => error.name);
      return draft(`${size} ${colour}`);
    }),
  );
  expect(report.result).toBe('a text about small WaitExpiredError');
});
