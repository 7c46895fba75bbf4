import { Reprise } from '@reprise/core';
import OpenAI from 'openai';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { durable, durableTools } from '../src/index.ts';
import { type ModelServer, startServer } from './server.ts';

let server: ModelServer;

beforeEach(async () => {
  server = await startServer();
});

afterEach(() => server.close());

async function recorded(stream: boolean) {
  const reprise = new Reprise({ store: 'memory:' });
  const openai = durable(new OpenAI({ baseURL: server.url, apiKey: 'secret-key' }));
  const { shout } = durableTools({ shout: async (text: string) => text.toUpperCase() });
  const flow = reprise.flow('ask', async () => {
    const messages = [{ role: 'user' as const, content: 'hello' }];
    let text = '';
    if (stream) {
      for await (const { choices } of await openai.chat.completions.create({ model: 'small', messages, stream })) {
        text += choices[0]?.delta.content ?? '';
      }
    } else {
      const { choices } = await openai.chat.completions.create({ model: 'small', messages });
      text = choices[0]?.message.content ?? '';
    }
    return shout(`it said: ${text}`);
  });
  await (await flow.start(undefined, { id: 'source' })).result();
  const { executions } = reprise;
  const replay = async (overrides: object) => {
    const handle = await executions.replay('source', { overrides: overrides as never });
    return { result: await handle.result(), record: await executions.get(handle.id) };
  };
  return { executions, replay };
}

test.each([false, true])(
  'a request is made with another model, or another body, in a replay (stream: %s)',
  async (stream) => {
    const { replay } = await recorded(stream);
    const { record } = await replay({ 'chat.completions': { model: 'large' } });
    expect(server.seen.map(({ body }) => body.model)).toEqual(['small', 'large']);
    expect(server.seen[1]?.body.messages).toEqual([{ role: 'user', content: 'hello' }]);
    expect(record.journal[0]).toMatchObject({ overridden: 'model', input: { model: 'large' } });

    const messages = [{ role: 'user', content: 'bye' }];
    await replay({ 'chat.completions': { input: { model: 'small', messages, ...(stream ? { stream } : {}) } } });
    expect(server.seen[2]?.body).toMatchObject({ model: 'small', messages });
  },
);

test('an answer that was not given is handed to the client as if the server had given it', async () => {
  const { executions, replay } = await recorded(false);
  const { journal } = await executions.get('source');
  const output = JSON.parse(
    JSON.stringify(journal[0]?.output).replace(/"content":(null|"[^"]*")/, '"content":"otters"'),
  );
  const { result } = await replay({ 'chat.completions': { output } });
  expect(result).toBe('IT SAID: OTTERS');
  expect(server.seen).toHaveLength(1);
});

test('a tool is given another input', async () => {
  const { replay } = await recorded(false);
  expect((await replay({ shout: { input: 'quietly' } })).result).toBe('QUIETLY');
  expect(server.seen).toHaveLength(1);
});

test('a stream cannot become an answer in one piece, and the replay says so', async () => {
  const { replay } = await recorded(true);
  await expect(replay({ 'chat.completions': { input: { model: 'small', messages: [] } } })).rejects.toThrow(
    'it is a stream, and its client expects that',
  );
});
