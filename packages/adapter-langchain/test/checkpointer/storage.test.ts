import { MemorySaver } from '@langchain/langgraph';
import { expect, test } from 'vitest';
import { named, put, sharedMemory } from './checkpoints.ts';
import { talk, words } from './talk.ts';

async function charactersIn(store: ReturnType<typeof sharedMemory>): Promise<number> {
  const keys = await store.keys();
  const values = await store.driver.getMany(keys);
  return [...keys, ...values].join('').length;
}

function bytesIn({ storage, writes }: MemorySaver): number {
  const checkpoints = Object.values(storage).flatMap((thread) => Object.values(thread).flatMap(Object.values<unknown>));
  const texts = [...checkpoints, ...Object.values(writes).flatMap(Object.values<unknown>)].flat();
  return texts.reduce<number>((sum, text) => sum + (text instanceof Uint8Array ? text.length : 0), 0);
}

test("a conversation takes a fraction of what LangGraph's own saver takes, and is the same", async () => {
  const store = sharedMemory();
  const plain = new MemorySaver();
  const messages = await talk(store.connect(), 20);
  expect(messages).toEqual(await talk(plain, 20));
  expect(await charactersIn(store)).toBeLessThan(bytesIn(plain) / 8);
});

test('a conversation that is twice as long takes twice as much, not four times', async () => {
  const [short, long] = [sharedMemory(), sharedMemory()];
  await talk(short.connect(), 15);
  await talk(long.connect(), 30);
  expect(await charactersIn(long)).toBeLessThan(2.2 * (await charactersIn(short)));
});

test('a long text is stored once, wherever it stands and in whichever namespace', async () => {
  const store = sharedMemory();
  const text = words('the whole report ').repeat(4);
  for (let step = 0; step < 5; step++) {
    await put(store.connect(), named('t'), { report: text, list: [{ step, text }] });
    await put(store.connect(), named('t', 'child'), { copy: { text } });
  }
  const values = await store.driver.getMany(await store.keys());
  expect(values.filter((value) => value?.includes('the whole report'))).toHaveLength(1);
});

test('what a list of short entries held before is not written again when it grows', async () => {
  const store = sharedMemory();
  const saver = store.connect();
  const log = Array.from({ length: 400 }, (_, n) => `short line ${n}`);
  await put(saver, named('t'), { log });
  const before = await charactersIn(store);
  await put(saver, named('t'), { log: [...log, 'one more'] });
  expect((await charactersIn(store)) - before).toBeLessThan(3_000);
});
