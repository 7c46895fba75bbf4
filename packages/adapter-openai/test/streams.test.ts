import { Reprise } from '@reprise/core';
import OpenAI from 'openai';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { durable } from '../src/index.ts';
import { type ModelServer, startServer } from './server.ts';
import { ask, twiceOn } from './setting.ts';

let server: ModelServer;

beforeEach(async () => {
  server = await startServer();
});

afterEach(() => server.close());

const twice = <T>(program: (openai: OpenAI) => Promise<T>) => twiceOn(server, program);

test('a reader that leaves early loses nothing', async () => {
  const { outcomes, first, second } = await twice(async (openai) => {
    for await (const chunk of await openai.chat.completions.create({ ...ask, stream: true })) return chunk;
    return undefined;
  });
  expect(outcomes[0]?.object).toBe('chat.completion.chunk');
  expect(outcomes[1]).toEqual(outcomes[0]);
  expect([first, second]).toEqual([1, 0]);
});

test.each([true, false])('a stream that is cut off is no outcome (usage asked for: %s)', async (streamUsage) => {
  let isCut = true;
  server.onRequest = (_n, response) => {
    if (!isCut) return false;
    isCut = false;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: {"choices":[{"index":0,"delta":{"content":"do"},"finish_reason":null}],"usage":null}\n\n');
    setTimeout(() => response.destroy(), 20);
    return true;
  };
  const reprise = new Reprise({ store: 'memory:' });
  const flow = reprise.flow('program', async () => {
    const openai = durable(new OpenAI({ baseURL: server.url, apiKey: 'secret-key' }), { streamUsage });
    const chunks = [];
    for await (const chunk of await openai.chat.completions.create({ ...ask, stream: true })) chunks.push(chunk);
    return chunks;
  });
  await expect((await flow.start(undefined, { id: 'x' })).result()).rejects.toThrow();
  const chunks = await (await flow.start(undefined, { id: 'x' })).result();
  expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('tool_calls');
  await reprise.close();
});

test('a server that does not call its stream one is read and recorded like any other', async () => {
  server.onRequest = (_n, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    const choice = { index: 0, delta: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' };
    response.end(`data: ${JSON.stringify({ choices: [choice] })}\n\ndata: [DONE]\n\n`);
    return true;
  };
  const { outcomes, first, second } = await twice(async (openai) => {
    const { choices } = await openai.chat.completions.stream(ask).finalChatCompletion();
    return choices[0]?.message.content;
  });
  expect(outcomes).toEqual(['hello', 'hello']);
  expect([first, second]).toEqual([1, 0]);
});

test('an answer in one piece to a request for a stream is an outcome', async () => {
  const answer = { object: 'chat.completion', choices: [] };
  server.onRequest = (_n, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
    return true;
  };
  const { outcomes, first, second } = await twice(async (openai) => {
    const response = await openai.chat.completions.create({ ...ask, stream: true }).asResponse();
    return response.json();
  });
  expect(outcomes).toEqual([answer, answer]);
  expect([first, second]).toEqual([1, 0]);
});

test('an error in a stream is the same error when it is served', async () => {
  let isFailing = true;
  server.onRequest = (_n, response) => {
    if (!isFailing) return false;
    isFailing = false;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end('data: {"error":{"message":"overloaded"}}\n\n');
    return true;
  };
  const { outcomes, second } = await twice(async (openai) => {
    const failed = await openai.chat.completions
      .stream(ask)
      .finalChatCompletion()
      .catch((error) => error.message);
    return [failed, (await openai.chat.completions.create({ ...ask, model: 'fallback' })).id];
  });
  expect(outcomes[0]?.[0]).toMatch(/overloaded/);
  expect(outcomes[1]).toEqual(outcomes[0]);
  expect(second).toBe(0);
});
