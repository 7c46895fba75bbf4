import { describe, expect, test } from 'vitest';
import { decode, encode } from '../../src/journal/codec.ts';
import { canonicalDigest } from '../../src/journal/digest.ts';
import { Lists, type StoredList } from '../../src/journal/lists.ts';

interface Message {
  role: string;
  content: string;
}

function messages(count: number, from = 0): Message[] {
  return Array.from({ length: count }, (_, i) => ({ role: 'user', content: `message ${from + i} ${'x'.repeat(200)}` }));
}

/** Lists that write, and the ones that a later process reads from what was stored. */
function writing() {
  const lists = new Lists();
  const stored: StoredList[] = [];
  lists.onNew = (list) => stored.push(structuredClone(list));
  const read = () => {
    const reader = new Lists();
    for (const list of stored) reader.add(list);
    return reader;
  };
  const size = () => stored.reduce((sum, { tail }) => sum + tail.length, 0);
  return { lists, stored, read, size };
}

test('a growing array stores each of its elements once, and every state of it is read back', () => {
  const { lists, read, size } = writing();
  const states = Array.from({ length: 50 }, (_, n) => messages(8 + n * 2));
  const texts = states.map((state) => encode({ messages: state }, 'input', lists));
  expect(size()).toBeLessThan(JSON.stringify(states.at(-1)).length * 1.1);
  expect(Math.max(...texts.map((text) => text.length))).toBeLessThan(200);
  const reader = read();
  for (const [i, text] of texts.entries()) expect(decode(text, reader)).toEqual({ messages: states[i] });
});

test('an array that is written a second time is only referred to', () => {
  const { lists, stored } = writing();
  const first = encode(messages(20), 'input', lists);
  expect(encode(messages(20), 'input', lists)).toBe(first);
  expect(stored).toHaveLength(1);
});

test('an array that was cut short is only referred to', () => {
  const { lists, stored, read } = writing();
  encode(messages(40), 'input', lists);
  const text = encode(messages(25), 'input', lists);
  expect(stored).toHaveLength(1);
  expect(decode(text, read())).toEqual(messages(25));
});

test('an array whose end was edited shares what comes before', () => {
  const { lists, stored, read } = writing();
  const before = messages(40);
  encode(before, 'input', lists);
  const after = [...before.slice(0, 37), { role: 'user', content: 'edited' }, ...messages(3, 100)];
  const text = encode(after, 'input', lists);
  expect(stored[1]).toMatchObject({ from: { n: 37 }, length: 41 });
  expect(decode(text, read())).toEqual(after);
  expect(decode(encode(before, 'input', lists), read())).toEqual(before);
});

test('two arrays that part ways both share their beginning', () => {
  const { lists, stored, read } = writing();
  const common = messages(30);
  encode(common, 'input', lists);
  const left = [...common, ...messages(5, 100)];
  const right = [...common, ...messages(5, 200)];
  const texts = [left, right].map((list) => encode(list, 'input', lists));
  expect(stored.slice(1).map(({ from }) => from?.n)).toEqual([30, 30]);
  expect(texts.map((text) => decode(text, read()))).toEqual([left, right]);
});

test('an array whose beginning was edited shares nothing, and is whole', () => {
  const { lists, stored, read } = writing();
  encode(messages(30), 'input', lists);
  const changed = [{ role: 'system', content: 'new' }, ...messages(30)];
  const text = encode(changed, 'input', lists);
  expect(stored[1]).not.toHaveProperty('from');
  expect(decode(text, read())).toEqual(changed);
});

test('a resumed execution goes on sharing with what was stored before', () => {
  const { lists, read } = writing();
  encode(messages(30), 'input', lists);
  const resumed = read();
  const added: StoredList[] = [];
  resumed.onNew = (list) => added.push(list);
  const text = encode(messages(34), 'input', resumed);
  expect(added).toHaveLength(1);
  expect(added[0]).toMatchObject({ from: { n: 30 }, length: 34 });
  expect(decode(text, resumed)).toEqual(messages(34));
});

test('lists inside of lists, and elements that JSON has no word for, come back as they were', () => {
  const { lists, read } = writing();
  const deep = (n: number) => ({ at: new Date(n), parts: messages(10, n), none: undefined, big: 2n ** 70n });
  const value = Array.from({ length: 10 }, (_, n) => deep(n));
  const text = encode(value, 'output', lists);
  expect(decode(text, read())).toStrictEqual(value);
});

test('a value that was read may be changed without changing what is read next', () => {
  const { lists } = writing();
  const text = encode(messages(10), 'output', lists);
  (decode(text, lists) as Message[]).splice(0, 10, { role: 'user', content: 'gone' });
  ((decode(text, lists) as Message[])[0] as Message).content = 'changed';
  expect(decode(text, lists)).toEqual(messages(10));
});

test('a short array, and a long one of little, are written in place', () => {
  const { lists, stored } = writing();
  encode(messages(7), 'input', lists);
  encode(
    Array.from({ length: 100 }, (_, i) => i),
    'input',
    lists,
  );
  expect(stored).toHaveLength(0);
});

describe('an array of vectors', () => {
  test('keeps every number as it was', () => {
    const { lists, read } = writing();
    const vectors = Array.from({ length: 20 }, (_, i) =>
      Array.from({ length: 100 }, (_, j) => Math.sin(i * 100 + j) * 1e-9),
    );
    expect(decode(encode(vectors, 'output', lists), read())).toEqual(vectors);
  });
});

test('a reference to a list that is not there is an error', () => {
  expect(() => decode('{"$":"list","id":"gone","n":3}', new Lists())).toThrow(/list gone .* not in the journal/);
  expect(() => decode('{"$":"list","id":"gone","n":3}')).toThrow(/no lists/);
});

test('a list that has fewer elements than are referred to is an error', () => {
  const lists = new Lists();
  lists.add({ id: '000000', length: 3, tail: '[1,2]' });
  expect(() => decode('{"$":"list","id":"000000","n":3}', lists)).toThrow(/list 000000 has 2 elements, and not 3/);
});

test('a list goes on from one before it, or is an error: nobody looks for its elements for ever', () => {
  const lists = new Lists();
  const add = (id: string, from: string, n = 1) => lists.add({ id, from: { id: from, n }, length: 2, tail: '[1]' });
  expect(() => add('000000', '000000')).toThrow(/does not go on from a list before it/);
  expect(() => add('000000', '000001')).toThrow(/does not go on from a list before it/);
  lists.add({ id: '000000', length: 1, tail: '[1]' });
  expect(() => add('000001', '000000', 2)).toThrow(/does not go on from a list before it/);
  expect(() => lists.add({ id: '000000', length: 1, tail: '[2]' })).toThrow(/does not go on from a list before it/);
});

test('an array of numbers is written in place', () => {
  const { lists, stored } = writing();
  const embedding = Array.from({ length: 1_536 }, (_, i) => Math.sin(i));
  expect(encode(embedding, 'result', lists)).toBe(JSON.stringify(embedding));
  expect(stored).toEqual([]);
});

test('an input has one digest, however its arrays happen to be stored', () => {
  const fresh = writing().lists;
  const used = writing().lists;
  encode(messages(20), 'input', used);
  encode([...messages(12), ...messages(8, 100)], 'input', used);
  const digestIn = (lists: Lists, value: unknown) => canonicalDigest(encode(value, 'input', lists), lists);
  const state = { topic: 'otters', messages: [...messages(20), ...messages(5, 50)] };
  const reordered = {
    messages: state.messages.map(({ role, content }) => ({ content, role })),
    topic: 'otters',
  };
  const digest = digestIn(fresh, state);
  expect(digestIn(used, state)).toBe(digest);
  expect(digestIn(used, reordered)).toBe(digest);
  expect(digestIn(fresh, { ...state, messages: [...messages(24), ...messages(1)] })).not.toBe(digest);
  expect(digestIn(fresh, { ...state, messages: state.messages.slice(1) })).not.toBe(digest);
});

test('a list that was read is gone on with, and has the digest that it had', () => {
  const { lists, read } = writing();
  const before = encode(messages(20), 'input', lists);
  const later = read();
  const news: StoredList[] = [];
  later.onNew = (list) => news.push(list);
  expect(encode(messages(20), 'input', later)).toBe(before);
  expect(canonicalDigest(before, later)).toBe(canonicalDigest(before, lists));
  encode(messages(22), 'input', later);
  expect(news).toMatchObject([{ from: { n: 20 }, length: 22 }]);
  expect(news[0]?.id).not.toBe(JSON.parse(before).id);
});
