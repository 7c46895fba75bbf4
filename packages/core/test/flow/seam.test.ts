import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { call, callStream, scope } from '../../src/adapter.ts';
import { UsageError } from '../../src/index.ts';
import { failure, processes } from '../processes.ts';

// Adapters are written in code without types, too.
// biome-ignore lint/suspicious/noExplicitAny: the wrong types are what is tested
type Any = any;

const good = { kind: 'llm', name: 'ask', input: 'Why?', run: () => 'An answer.' } as const;
const ask = (change: object) => call({ ...good, ...change } as Any);
const stream = (change: object) => callStream({ ...good, ...change } as Any);

async function read(chunks: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}

async function inFlow(program: () => unknown) {
  const { reprise } = processes().start();
  const started = await reprise.flow('f', async () => program()).start(undefined, { id: 'e' });
  return { reprise, started };
}

describe('an adapter that uses the seam wrongly is told so:', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['call()', () => (call as Any)(), /call\(\) takes { kind, name, input, run }; it was given undefined/],
    ['no kind', () => ask({ kind: undefined }), /call 'ask' needs the option 'kind': 'llm', 'tool' or 'checkpoint'/],
    ['a kind that is none', () => ask({ kind: 'model' }), /'kind' of call 'ask' must be 'llm' or 'tool' or .*'model'/],
    ['a wait as a call', () => ask({ kind: 'wait' }), /'kind' of call 'ask' must be/],
    ['no name', () => ask({ name: undefined }), /call's name must be a string .*; it was undefined/],
    ['no run', () => ask({ run: undefined }), /call 'ask' needs the option 'run': the function that makes the request/],
    ['run that is a promise', () => ask({ run: Promise.resolve(1) }), /'run' of call 'ask' must be a function/],
    ['asks as a text', () => ask({ asks: 'gpt-5' }), /'asks' of call 'ask' must be an object of texts, such as/],
    ['a timeout as a text', () => ask({ timeout: '3 s' }), /'timeout' of call 'ask' must be a number of milliseconds/],
    ['retry as a number', () => ask({ retry: 3 }), /'retry' of call 'ask' must be an object, such as { attempts: 3 }/],
    ['no attempts', () => ask({ retry: { attempts: 0 } }), /'attempts' of the retry policy of call 'ask'/],
    ['another effect', () => ask({ effect: 'twice' }), /'effect' of call 'ask' must be 'once'/],
    ['half a codec', () => ask({ codec: { encode: String } }), /'codec' of call 'ask' must be .* { encode, decode }/],
    ['an option that is none', () => ask({ key: 1 }), /call 'ask' has no option 'key'. It takes: kind, name, input/],
    ['callStream()', () => (callStream as Any)(), /callStream\(\) takes { kind, name, input, run }/],
    ['a stream that is made once', () => stream({ effect: 'once' }), /callStream 'ask' has no option 'effect'/],
    ['a scope without a body', () => (scope as Any)('s', 'k'), /The body of scope 's' must be a function/],
    ['a number as a key', () => (scope as Any)('s', 7, () => 1), /The key of scope 's' must be a text; it was 7/],
    ['half a stage', () => scope('s', 'k', () => 1, { stage: 0.5 }), /'stage' of scope 's' must be a whole number/],
    ['a stream of nothing', () => read(stream({ run: () => {} })), /run of llm 'ask' must give .*; it gave nothing/],
    ['a text as a stream', () => read(stream({ run: () => 'abc' })), /it gave something without Symbol.asyncIterator/],
  ])('%s', async (_, wrong, says) => {
    const { started } = await inFlow(wrong);
    const error = await failure(started.result());
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(says);
    expect(error.message).toMatch(/\.$/);
  });
});

test.each(['llm', 'tool'] as const)(
  'a call of kind %s may give nothing: what was paid for is an outcome',
  async (kind) => {
    const { started } = await inFlow(async () => [await ask({ kind, run: () => {} })]);
    expect(await started.result()).toEqual([undefined]);
  },
);

test('one spec serves both for a call and for a stream', async () => {
  const both = { isTerminal: () => true, toChunks: () => [], fromChunks: () => '' };
  const { started } = await inFlow(async () => [
    await ask(both),
    await read(
      stream({
        ...both,
        async *run() {
          yield 'end';
        },
      }),
    ),
  ]);
  expect(await started.result()).toEqual(['An answer.', ['end']]);
});

describe('usage that cannot be told', () => {
  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no such field');
      },
    ],
    ['is no object', () => 150],
    ['is a list', () => [100, 50]],
    ['is no data', () => ({ tokens: 1n })],
  ])('that %s warns once, and does not fail the call', async (how, usage) => {
    const warnings: Error[] = [];
    const hear = (warning: Error) => warnings.push(warning);
    process.on('warning', hear);
    const name = `ask, whose usage ${how}`;
    const { reprise, started } = await inFlow(async () => [await ask({ name, usage }), await ask({ name, usage })]);
    expect(await started.result()).toEqual(['An answer.', 'An answer.']);
    await setImmediate();
    process.off('warning', hear);
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(`usage\\(\\) of llm '${name}' failed`),
    ]);
    const { journal } = await reprise.executions.get('e');
    expect(journal.map((one) => one.usage)).toEqual([undefined, undefined]);
  });
});
