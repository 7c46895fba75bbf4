import { MessagesAnnotation, StateGraph } from '@langchain/langgraph';
import { Reprise } from '@reprise/core';
import { expect, test } from 'vitest';
import { durable, KeyvSaver } from '../../src/index.ts';
import { ScriptedModel } from '../model.ts';
import { metadata, named, put, sharedMemory, valuesOf } from './checkpoints.ts';

/** Takes a name out of every text of plain data. */
function withoutName(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('Ottilie', 'somebody');
  if (Array.isArray(value)) return value.map(withoutName);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withoutName(part)]));
}

const storedIn = async ({ driver, keys }: ReturnType<typeof sharedMemory>) =>
  (await driver.getMany(await keys())).join('\n');

test('what redact takes out of channels, writes and metadata is never stored', async () => {
  const store = sharedMemory();
  const seen = new Set<string>();
  const redact = (value: unknown, { kind, name }: { kind: string; name: string }) => {
    seen.add(`${kind} ${name}`);
    return withoutName(value);
  };
  const saver = new KeyvSaver({ store: store.driver, redact });
  const config = await put(saver, named('t'), { said: ['I am Ottilie.'], bytes: new Uint8Array([1, 2]) });
  await saver.putWrites(config, [['said', 'Ottilie again']], 'task');
  const tuple = await saver.getTuple(named('t'));
  const told = { ...metadata, user: 'Ottilie' };
  await saver.put(config, { ...(tuple?.checkpoint as NonNullable<typeof tuple>['checkpoint']), id: 'later' }, told, {});
  expect(await storedIn(store)).not.toContain('Ottilie');
  expect(await valuesOf(saver, config)).toEqual({ said: ['I am somebody.'], bytes: new Uint8Array([1, 2]) });
  expect(tuple?.pendingWrites).toEqual([['task', 'said', 'somebody again']]);
  expect((await saver.getTuple(named('t')))?.metadata).toEqual({ ...metadata, user: 'somebody' });
  expect([...seen]).toEqual(expect.arrayContaining(['checkpoint said', 'checkpoint metadata']));
});

test('what finds the way on a thread is kept, whatever redact does', async () => {
  const store = sharedMemory();
  const saver = new KeyvSaver({ store: store.driver, redact: () => ({}) });
  const config = await put(saver, named('t'), { said: 'hello' });
  const tuple = await saver.getTuple(named('t'));
  expect(tuple?.config).toEqual(config);
  expect(tuple?.metadata).toEqual(metadata);
  expect(Object.keys(tuple?.checkpoint.channel_versions ?? {})).toEqual(['said']);
});

test('the redact of an engine holds for the threads that it keeps, and a stopped turn is not paid again', async () => {
  const store = sharedMemory();
  const reprise = new Reprise({ store: store.driver, redact: withoutName });
  const model = new ScriptedModel((messages) => ({ text: `${messages.map(({ content }) => content).join(' ')}!` }));
  let isBroken = true;
  const graph = new StateGraph(MessagesAnnotation)
    .addNode('model', async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode('fragile', async () => {
      if (isBroken) throw new Error('broken');
      return { messages: [await model.invoke('Bye, Ottilie.')] };
    })
    .addEdge('__start__', 'model')
    .addEdge('model', 'fragile');
  const agent = durable(graph.compile(), { name: 'redacted', reprise });
  const thread = named('t');
  await expect(agent.invoke({ messages: [{ role: 'user', content: 'I am Ottilie.' }] }, thread)).rejects.toThrow();
  isBroken = false;
  const { messages } = await agent.invoke(null as never, thread);
  expect(messages.map(({ content }) => content)).toEqual(['I am somebody.', 'I am somebody.!', 'Bye, Ottilie.!']);
  expect(model.asked).toEqual(['I am Ottilie.', 'Bye, Ottilie.']);
  expect(await storedIn(store)).not.toContain('Ottilie');
  await reprise.close();
});
