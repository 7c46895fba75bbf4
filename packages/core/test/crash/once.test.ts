import { expect, test } from 'vitest';
import { checkpoint, current, type InDoubtAnswer } from '../../src/index.ts';
import { everyCrash } from '../../src/testing.ts';
import { turns } from './bodies.ts';

const outbox: string[] = [];
const empty = () => {
  outbox.length = 0;
};
/** What a person would say who looks into the outbox. */
const look = (): InDoubtAnswer => {
  const [sent] = outbox;
  return sent === undefined ? { outcome: 'again' } : { outcome: 'done', value: sent };
};
const write = checkpoint('write', async (topic: string) => `about ${topic}`);

test('an effect that must happen once happens once, whatever the crash leaves in doubt', async () => {
  const send = checkpoint(
    'send',
    async (text: string) => {
      await turns(1);
      outbox.push(text);
      return text;
    },
    { effect: 'once' },
  );
  const report = await everyCrash(
    (reprise) => reprise.flow('mailer', async (topic: string) => write(await send(await write(topic)))),
    'otters',
    { before: empty, effects: () => outbox, answers: { 'send in doubt': look }, depth: 2 },
  );
  expect(report.result).toBe('about about otters');
  expect(outbox).toEqual(['about otters']);
});

test('a call that is under way has the same idempotency key when it is made again', async () => {
  const sent = new Map<string, string>();
  const send = checkpoint('send', async (text: string) => {
    sent.set(current().call?.idempotencyKey ?? '', text);
    await turns(1);
    return sent.size;
  });
  const report = await everyCrash(
    (reprise) => reprise.flow('mailer', async (topic: string) => [await send(topic), await send(topic)]),
    'otters',
    { before: () => sent.clear(), effects: () => [...sent.values()] },
  );
  expect(report.result).toEqual([1, 2]);
  expect(report.crashes.some(({ repeated }) => repeated.includes('send'))).toBe(true);
});
