import { Reprise } from '@reprise/core';
import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { type DurableOptions, durable } from '../src/index.ts';

interface Asked {
  readonly baseURL: string;
  readonly model: string;
  readonly options?: DurableOptions;
}

/** What a request of 1,000 tokens in and 100 out is recorded and priced as. The server is a function. */
async function ask({ baseURL, model, options }: Asked) {
  const fetch = async () =>
    Response.json({
      object: 'chat.completion',
      model,
      choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 },
    });
  const reprise = new Reprise({ store: 'memory:' });
  const flow = reprise.flow('ask', async () => {
    const openai = durable(new OpenAI({ apiKey: 'none', baseURL, fetch }), options);
    await openai.chat.completions.create({ model, messages: [{ role: 'user', content: 'hello' }] });
  });
  await (await flow.start(undefined, { id: 'x' })).result();
  const { journal } = await reprise.executions.get('x');
  const { rows } = await reprise.costs.report({ execution: 'x' });
  await reprise.close();
  return { provider: journal[0]?.usage?.provider, cost: rows[0]?.cost };
}

test.each([
  ['https://api.openai.com/v1', 'gpt-5', 'openai'],
  ['https://mine.openai.azure.com/openai/deployments/mine', 'gpt-5', 'azure'],
  ['https://api.deepseek.com', 'deepseek-chat', 'deepseek'],
  ['https://api.groq.com/openai/v1', 'openai/gpt-oss-120b', 'groq'],
  ['https://openrouter.ai/api/v1', 'anthropic/claude-sonnet-4.5', 'openrouter'],
  ['https://api.together.xyz/v1', 'meta-llama/Llama-3.3-70B-Instruct-Turbo', 'together'],
  ['https://api.fireworks.ai/inference/v1', 'accounts/fireworks/models/gpt-oss-120b', 'fireworks'],
  ['https://api.mistral.ai/v1', 'mistral-large-latest', 'mistral'],
  ['https://api.x.ai/v1', 'grok-4-0709', 'x-ai'],
  ['https://api.moonshot.ai/v1', 'kimi-k2-0905-preview', 'moonshotai'],
  ['https://generativelanguage.googleapis.com/v1beta/openai', 'gemini-2.5-pro', 'google'],
  ['https://api.cerebras.ai/v1', 'gpt-oss-120b', 'cerebras'],
])('a request to %s for %s is priced as one of %s', async (baseURL, model, provider) => {
  const asked = await ask({ baseURL, model });
  expect(asked.provider).toBe(provider);
  expect(asked.cost).toMatchObject({ status: 'priced', rates: { provider } });
});

test('a model behind the gateway of Vercel is priced as that of its maker', async () => {
  const { provider, cost } = await ask({ baseURL: 'https://ai-gateway.vercel.sh/v1', model: 'openai/gpt-5' });
  expect(provider).toBe('vercel');
  // 1,000 at $1.25 and 100 at $10 by the million.
  expect(cost).toMatchObject({ nanoUsd: 2_250_000, rates: { provider: 'openai' } });
});

test('of a host that is nobody’s no price is known, unless it is said who answers', async () => {
  const host = { baseURL: 'http://proxy.internal:4000/v1', model: 'gpt-5' };
  const unknown = await ask(host);
  expect(unknown.provider).toBe('http://proxy.internal:4000');
  expect(unknown.cost).toMatchObject({
    status: 'unpriced',
    hint: expect.stringContaining("{ 'http://proxy.internal:4000/gpt-5': {"),
  });
  const told = await ask({ ...host, options: { provider: 'openai' } });
  expect(told.provider).toBe('openai');
  expect(told.cost).toMatchObject({ status: 'priced', nanoUsd: 2_250_000 });
});

test('a name of a host that only ends like one that is known is another', async () => {
  expect((await ask({ baseURL: 'https://notopenai.com/v1', model: 'gpt-5' })).provider).toBe('https://notopenai.com');
});
