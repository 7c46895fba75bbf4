import { type Budget, Reprise } from '@reprise/core';
import OpenAI, { APIError } from 'openai';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { durable } from '../src/index.ts';
import { type ModelServer, startServer } from './server.ts';

let server: ModelServer;

beforeEach(async () => {
  server = await startServer();
});

afterEach(() => server.close());

const messages = [{ role: 'user' as const, content: 'hello' }];

/** Each call takes 15 tokens. */
function chatting(budget: Budget, stream: boolean) {
  const openai = durable(new OpenAI({ baseURL: server.url, apiKey: 'secret' }), { streamUsage: true });
  const reprise = new Reprise({ store: 'memory:', prices: { 'gpt-test': { input_mtok: 1, output_mtok: 1 } } });
  return reprise.flow(
    'chatting',
    async () => {
      for (let n = 1; n <= 3; n++) {
        const body = { model: 'gpt-test', messages: [...messages, { role: 'user' as const, content: `${n}` }] };
        if (!stream) await openai.chat.completions.create(body);
        else for await (const _ of await openai.chat.completions.create({ ...body, stream }));
      }
    },
    { budget },
  );
}

test.each([false, true])(
  'a request that does not fit is not sent, and not tried again (streamed: %s)',
  async (stream) => {
    const error = await chatting({ usd: 0.00004 }, stream)().catch((reason) => reason);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ status: 402, code: 'REPRISE_BUDGET_EXCEEDED' });
    expect(error.message).toContain('$0.000030 of it is spent');
    expect(server.seen).toHaveLength(2);
  },
);

test('a model without a price is refused before it is asked', async () => {
  const openai = durable(new OpenAI({ baseURL: server.url, apiKey: 'secret' }));
  const reprise = new Reprise({ store: 'memory:' });
  const ask = reprise.flow('ask', () => openai.chat.completions.create({ model: 'gpt-test', messages }), {
    budget: { usd: 1 },
  });
  const error = await ask().catch((reason) => reason);
  expect(error).toMatchObject({ status: 402, code: 'REPRISE_UNCOUNTABLE_CALL' });
  expect(error.message).toContain("option 'prices'");
  expect(server.seen).toHaveLength(0);
});
