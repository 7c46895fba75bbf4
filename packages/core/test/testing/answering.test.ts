import { expect, test } from 'vitest';
import type { OpenWait } from '../../src/index.ts';
import { Answering } from '../../src/testing/answering.ts';

function open(name: string, details: Partial<OpenWait> = {}): OpenWait {
  return {
    execution: 'x',
    name,
    question: undefined,
    until: undefined,
    sleep: false,
    schema: undefined,
    at: 0,
    attempt: 1,
    refused: undefined,
    ...details,
  };
}

test('waits are answered before time is let go by', () => {
  const answering = new Answering({ approve: true });
  const waits = [open('sleep', { sleep: true, until: 100 }), open('approve', { until: 50 })];
  expect(answering.next(waits)).toMatchObject({ is: 'answers', given: [{ value: true }] });
  expect(answering.next([waits[0] as OpenWait, open('late', { until: 70 })])).toEqual({ is: 'time', until: 70 });
});

test('a name that is used again has its own answer, or that of the first', () => {
  const answering = new Answering({ next: 1, 'next#3': 3 });
  const values = ['next', 'next#2', 'next#3'].map((name) => answering.next([open(name)]));
  expect(values).toMatchObject([1, 1, 3].map((value) => ({ given: [{ value }] })));
});

test('an answer that is a function is given the wait', () => {
  const answering = new Answering({ approve: ({ question }: OpenWait) => `yes, ${question}` });
  const next = answering.next([open('approve', { question: 'shall we?' })]);
  expect(next).toMatchObject({ given: [{ value: 'yes, shall we?' }] });
});

test('a wait that was answered must not be open again', () => {
  const answering = new Answering({ approve: true });
  answering.next([open('approve')]);
  expect(answering.next([open('approve')])).toMatchObject({
    is: 'stuck',
    difference: { problem: "wait 'approve' was answered, and is open again" },
  });
  expect(answering.next([open('approve', { execution: 'another' })]).is).toBe('answers');
});

test('an answer that was refused is not given again, but for one that looks why', () => {
  const refused = open('size', { attempt: 2, refused: 'too small' });
  expect(new Answering({ size: 1 }).next([refused])).toMatchObject({
    is: 'stuck',
    difference: { actual: 'too small' },
  });
  expect(new Answering({ size: () => 2 }).next([refused]).is).toBe('answers');
});
