import { AIMessage } from '@langchain/core/messages';
import { describe, expect, test } from 'vitest';
import { KeyvSaver } from '../../src/index.ts';
import { named, put, sharedMemory, valuesOf } from './checkpoints.ts';
import { words } from './talk.ts';

const digest = '0123456789abcdef0123456789abcdef';

const VALUES: Record<string, unknown> = {
  nothing: null,
  'an empty list': [],
  'a long text': words('long').repeat(10),
  'text that is no Unicode': 'half \ud800 a character, \0 and an end',
  'a list of short texts': Array.from({ length: 500 }, (_, n) => `line ${n}`),
  'a list of long objects': Array.from({ length: 100 }, (_, n) => ({ n, text: words(`entry ${n}`) })),
  'lists in lists': Array.from({ length: 40 }, () => Array.from({ length: 40 }, (_, n) => words(`deep ${n}`))),
  'what looks like a reference': { $: digest },
  'a list of what looks like references': Array.from({ length: 100 }, () => ({ $: digest })),
  'a reference as text': `{"$":"${digest}"}`,
  'dollar signs': { $: { $: [{ $: 1 }] }, '$&': '$1 $& $$', long: '$& $1 $$ '.repeat(300) },
  'names with a meaning': { constructor: 1, toString: 2, toJSON: 3 },
  bytes: new Uint8Array([0, 1, 254, 255]),
  'many bytes': new Uint8Array(10_000).fill(7),
  'bytes in an object': { data: new Uint8Array(3_000).fill(9) },
  'a map and a set': { map: new Map([['a', { b: 1 }]]), set: new Set([1, 'two']) },
  numbers: [0, -1, 1e21, 0.1, Number.MAX_SAFE_INTEGER],
};

describe('a value comes back as it was stored', () => {
  test.each(Object.entries(VALUES))('%s', async (_, value) => {
    const store = sharedMemory();
    await put(store.connect(), named('t'), { value });
    expect(await valuesOf(store.connect(), named('t'))).toEqual({ value });
  });

  test('a message, with its class', async () => {
    const store = sharedMemory();
    const message = new AIMessage({
      content: words('answer'),
      id: 'm1',
      tool_calls: [{ name: 'f', args: { a: 1 }, id: 'c' }],
    });
    await put(store.connect(), named('t'), { messages: [message] });
    const { messages } = (await valuesOf(store.connect(), named('t'))) as { messages: AIMessage[] };
    expect(messages[0]).toBeInstanceOf(AIMessage);
    expect(messages[0]).toMatchObject({ content: message.content, id: 'm1', tool_calls: message.tool_calls });
  });

  test('as it was when it was handed over, though the caller changes it at once', async () => {
    const store = sharedMemory();
    const list = ['before'];
    const stored = put(store.connect(), named('t'), { list });
    list.push('after');
    await stored;
    expect(await valuesOf(store.connect(), named('t'))).toEqual({ list: ['before'] });
  });

  test('a channel without a version', async () => {
    const store = sharedMemory();
    const saver = store.connect();
    const config = await put(saver, named('t'), {});
    const checkpoint = await saver.get(config);
    if (checkpoint === undefined) throw new Error('not stored');
    await saver.put(
      named('t'),
      { ...checkpoint, channel_values: { loose: [1] } },
      { source: 'loop', step: 1, parents: {} },
      {},
    );
    expect(await valuesOf(store.connect(), named('t'))).toEqual({ loose: [1] });
  });

  test("through a serializer of the user's", async () => {
    const { driver } = sharedMemory();
    const serde = {
      dumpsTyped: async (value: unknown): Promise<[string, Uint8Array]> => [
        'turned',
        Buffer.from(JSON.stringify(value)).reverse(),
      ],
      loadsTyped: async (type: string, data: Uint8Array | string) => {
        if (type !== 'turned') throw new Error(`unknown type ${type}`);
        return JSON.parse(
          Buffer.from(data as Uint8Array)
            .reverse()
            .toString(),
        );
      },
    };
    await put(new KeyvSaver({ store: driver, serde }), named('t'), { text: words('hidden') });
    expect(await valuesOf(new KeyvSaver({ store: driver, serde }), named('t'))).toEqual({ text: words('hidden') });
  });
});

test('with a secret, nothing that was said can be read in the store, and with it everything', async () => {
  const { driver, keys } = sharedMemory();
  const encrypt = 'a secret of enough characters';
  await put(new KeyvSaver({ store: driver, encrypt }), named('customer 7'), { said: ['my password is 1234'] });
  const stored = (await driver.getMany(await keys())).join();
  expect(stored).not.toMatch(/password|customer/);
  expect(await valuesOf(new KeyvSaver({ store: driver, encrypt }), named('customer 7'))).toEqual({
    said: ['my password is 1234'],
  });
  await expect(new KeyvSaver({ store: driver }).get(named('customer 7'))).rejects.toThrow(/is encrypted. Set the/);
});
