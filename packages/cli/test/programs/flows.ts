// A module that defines flows and runs none.
import { checkpoint, flow, wait } from '@reprise/core';
import { z } from 'zod';

const research = checkpoint('research', async (topic: string) => `notes on ${topic}`);

const pay = checkpoint('pay', async (amount: number) => {
  throw new RangeError(`${amount} is too much`, { cause: new Error('the bank said no', { cause: 'a limit' }) });
});

const chapter = flow('chapter', async (topic: string) => research(topic));

export const book = flow('book', async (topics: string[]) => Promise.all(topics.map((topic) => chapter(topic))));

export const order = flow('order', async (amount: number) => pay(amount));

const schemas = {
  size: z.enum(['small', 'large']),
  name: z.string().min(3),
  count: z.number().int(),
  sure: z.boolean(),
  address: z.object({ street: z.string(), lines: z.array(z.string()) }),
};

export const survey = flow('survey', async (names: (keyof typeof schemas)[]) => {
  const answers: Record<string, unknown> = {};
  for (const name of names)
    answers[name] = await wait<unknown>(name, { question: `Your ${name}?`, schema: schemas[name] });
  return answers;
});

export const open = flow('open', async () => wait('anything'));
