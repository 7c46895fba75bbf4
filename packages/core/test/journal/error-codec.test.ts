import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import * as errors from '../../src/errors/index.ts';
import { decode, encode } from '../../src/journal/codec.ts';

function again<E>(error: E): E {
  return decode(encode(error, 'error')) as E;
}

const wait = {
  execution: 'x',
  name: 'approve',
  question: 'Go on?',
  until: 5,
  sleep: false,
  schema: { type: 'boolean' },
  at: 1,
  attempt: 1,
  refused: undefined,
};
const side = { kind: 'tool', name: 'search', id: 'abc', input: '["otters"]' };
const ours: errors.RepriseError[] = [
  new errors.RepriseError('REPRISE_ANY', 'base'),
  new errors.UsageError('usage'),
  new errors.UnstorableValueError('result.a', 'unstorable'),
  new errors.NotFoundError('gone'),
  new errors.StateError('state'),
  new errors.BudgetExceededError(
    {
      execution: 'x',
      budget: { nanoUsd: 1n },
      spent: { nanoUsd: 1n, tokens: 1 },
      next: { name: 'ask', model: undefined, nanoUsd: 1n, tokens: 1 },
    },
    'used up',
  ),
  new errors.UncountableCallError('x', 'a model', 'no price'),
  new errors.StoreError('store', { operation: 'getMany', key: 'k' }),
  new errors.StoreOpenError('open'),
  new errors.CorruptRecordError('reprise/j/x/0', 'corrupt'),
  new errors.DivergenceError('x', 'diverged', { recorded: side, actual: { ...side, id: undefined } }),
  new errors.DriftError('x', 'drifted', { recorded: side, actual: side }),
  new errors.CheckpointTimeoutError('slow', 5),
  new errors.WaitRejectedError('approve', 'no', 'ada'),
  new errors.WaitExpiredError('approve', 5),
  new errors.AnswerRefusedError('approve', 'too short'),
  new errors.WaitingError('x', [wait]),
  new errors.ExecutionBusyError('x', 'process 1 on here', 5),
  new errors.FencedError('x', 'process 2 on there'),
  new errors.CancelledError('x', 'why'),
  new errors.InputMismatchError('x', 'other input'),
  new errors.UnknownFlowError('agent', 'no flow'),
];

describe('an error of Reprise comes back of its own class, with its fields:', () => {
  for (const error of ours) {
    test(error.name, () => {
      const back = again(error);
      const Type = error.constructor as typeof errors.RepriseError;
      expect(back).toBeInstanceOf(Type);
      expect(Type.isInstance(back)).toBe(true);
      expect(errors.RepriseError.isInstance(back)).toBe(true);
      expect({ ...back }).toEqual({ ...error });
      expect(back.code).toBe(error.code);
      expect(back.message).toBe(error.message);
      expect(String(back)).toBe(String(error));
    });
  }

  test('and each has a code of its own', () => {
    expect(new Set(ours.map(({ code }) => code)).size).toBe(ours.length);
    for (const { code } of ours) expect(code).toMatch(/^REPRISE_[A-Z_]+$/);
  });

  test('and every class of the family is in this list', () => {
    const tested = new Set(ours.map((error) => error.constructor.name));
    expect(Object.keys(errors).filter((name) => !tested.has(name))).toEqual([]);
  });
});

for (const Type of [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]) {
  test(`a ${Type.name} comes back as one`, () => {
    const back = again(new Type('wrong'));
    expect(back).toBeInstanceOf(Type);
    expect(back.message).toBe('wrong');
  });
}

test('a class of the user comes back as an Error with its name, its properties and the stack that it had', () => {
  class PaymentError extends Error {
    override name = 'PaymentError';
    status = 402;
    at = new Date(5);
  }
  const error = new PaymentError('declined');
  const back = again(error);
  expect(back).toBeInstanceOf(Error);
  expect(back).toMatchObject({ name: 'PaymentError', message: 'declined', status: 402, at: new Date(5) });
  expect(back.stack).toBe(error.stack);
  expect(String(back)).toBe('PaymentError: declined');
});

test('stack and name are no more enumerable than they were', () => {
  expect(Object.keys(again(new TypeError('x')))).toEqual([]);
});

test('causes are kept to the bottom, also those that are no errors', () => {
  const error = new Error('top', { cause: new TypeError('middle', { cause: { status: 500 } }) });
  const back = again(error);
  expect(back.cause).toBeInstanceOf(TypeError);
  expect((back.cause as Error).cause).toEqual({ status: 500 });
});

test('a cause that was said to be undefined is still said to be', () => {
  expect('cause' in again(new Error('x', { cause: undefined }))).toBe(true);
  expect('cause' in again(new Error('x'))).toBe(false);
});

test('an AggregateError keeps its errors, each of its class', () => {
  const back = again(new AggregateError([new RangeError('one'), 'two'], 'both'));
  expect(back).toBeInstanceOf(AggregateError);
  expect(back.errors[0]).toBeInstanceOf(RangeError);
  expect(back.errors[1]).toBe('two');
});

test('a property that cannot be stored is left out, and the rest is kept', () => {
  const error = Object.assign(new Error('x'), {
    request: { socket() {} },
    status: 500,
    headers: new Map([['a', 'b']]),
  });
  const back = again(error);
  expect(back).not.toHaveProperty('request');
  expect(back).toMatchObject({ status: 500, headers: new Map([['a', 'b']]) });
});

test('an error that is its own cause is stored without it', () => {
  const error = new Error('x');
  error.cause = error;
  expect(again(error).message).toBe('x');
});

test('an error with a property named like one of ours is no trouble', () => {
  const fields = { code: 'E1', $: 'date', errors: ['none'], '@marks': 1, '@fields': 2 };
  const back = again(Object.assign(new Error('x'), fields));
  expect(back).not.toBeInstanceOf(AggregateError);
  expect({ ...back }).toEqual(fields);
});

test('an error with a field __proto__ keeps it as a field', () => {
  const error = Object.defineProperty(new Error('x'), '__proto__', { value: { status: 500 }, enumerable: true });
  const back = again(error);
  expect(Object.getPrototypeOf(back)).toBe(Error.prototype);
  expect(Object.getOwnPropertyDescriptor(back, '__proto__')?.value).toEqual({ status: 500 });
});

test('an error is one, whatever it is called', () => {
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty', '']) {
    const back = again(Object.assign(new Error('x'), { name }));
    expect(Object.getPrototypeOf(back)).toBe(Error.prototype);
    expect(back).toMatchObject({ name, message: 'x' });
  }
});

test('a name, a message or a code that is no text is kept as it is', () => {
  for (const odd of [undefined, 5, 10n, { text: 'x' }, Object.create(null)]) {
    const back = again(Object.assign(new Error('x'), { name: odd, message: odd, code: odd, stack: 'at' }));
    expect(back).toBeInstanceOf(Error);
    expect([back.name, back.message, Reflect.get(back, 'code')]).toEqual([odd, odd, odd]);
  }
});

test('a field that cannot be read is left out, and the rest is kept', () => {
  const error = Object.assign(new Error('x'), { status: 500 });
  const get = () => {
    throw new Error('not now');
  };
  Object.defineProperty(error, 'body', { get, enumerable: true });
  expect({ ...again(error) }).toEqual({ status: 500 });
});

test('a field that is too deep does not take the others along', () => {
  let deep: unknown = 0;
  for (let i = 0; i < 2_000; i++) deep = { deep };
  expect({ ...again(Object.assign(new Error('x'), { deep, status: { code: 500 } })) }).toEqual({
    status: { code: 500 },
  });
});

test('an error without a stack does not get one from where it was read', () => {
  const error = new Error('x');
  delete error.stack;
  expect(again(error).stack).toBeUndefined();
});

test('a foreign error that has the name of one of ours does not become one of ours', () => {
  const foreign = Object.assign(new Error('theirs'), { name: 'StateError' });
  expect(errors.StateError.isInstance(again(foreign))).toBe(false);
});

test('a DOMException keeps its name', () => {
  expect(again(new DOMException('stop', 'AbortError')).name).toBe('AbortError');
});

test('the marks by which other libraries know their errors come back, and private ones do not', () => {
  const marked = new Error('refused');
  for (const mark of [Symbol.for('sdk.error'), Symbol('private')]) Object.defineProperty(marked, mark, { value: true });
  Object.defineProperty(marked, Symbol.for('sdk.count'), { value: 3 });
  const error = again(marked);
  expect(Object.getOwnPropertySymbols(error)).toEqual([Symbol.for('sdk.error')]);
  expect(Reflect.get(error, Symbol.for('sdk.error'))).toBe(true);
  expect(Object.keys(error)).toEqual([]);
});

test('an error in a value is written without its secrets, also one of another realm', () => {
  const { reason } = decode(
    encode(
      { reason: runInNewContext("new TypeError('no redis://u:hunter2@h', { cause: new Error('password=hunter2') })") },
      'x',
    ),
  ) as { reason: Error };
  expect(reason).toMatchObject({ name: 'TypeError', message: 'no redis://u:***@h' });
  expect(reason.cause).toMatchObject({ message: 'password=***' });
  expect(reason.stack).not.toContain('hunter2');
});

test('an error is looked through as often at the bottom of many causes as by itself', () => {
  let looks = 0;
  const looked = (causes: number) => {
    looks = 0;
    let error = Object.defineProperty(new Error('bottom'), 'status', { get: () => ++looks && 500, enumerable: true });
    for (let i = 0; i < causes; i++) error = new Error('around', { cause: error });
    encode(error, 'error');
    return looks;
  };
  expect(looked(20)).toBe(looked(0));
});
