import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { configure, costs, executions } from '@reprise/core';
import { createAgent } from 'langchain';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { durable } from '../src/index.ts';
import { PROVIDERS, type ProviderServer, startProvider } from './providers.ts';

beforeAll(() => configure({ store: 'memory:' }));

let server: ProviderServer | undefined;
afterEach(() => server?.close());

const input = { messages: [{ role: 'user', content: 'hi' }] };
const tokens = { inputTokens: 1_000, cacheReadInputTokens: 400, outputTokens: 300, reasoningOutputTokens: 100 };
const anthropicTokens = {
  inputTokens: 1_000,
  cacheReadInputTokens: 400,
  cacheCreationInputTokens: 300,
  cacheCreation1hInputTokens: 100,
  outputTokens: 300,
};

/** Who answered, what was used, and nano-dollars by the listed rates of the four kinds of tokens. */
const EXPECTED: Readonly<Record<string, Expected>> = {
  // 600 at 0.25, 400 at 0.025, 300 at 2 dollars a million.
  'OpenAI, chat': { provider: 'openai', model: 'gpt-5-mini-2025-08-07', usage: tokens, nanoUsd: 760_000n },
  'OpenAI, responses': { provider: 'openai', model: 'gpt-5-mini-2025-08-07', usage: tokens, nanoUsd: 760_000n },
  // 300 at 3, 400 at 0.3, 200 at 3.75, 100 at 6, 300 at 15.
  Anthropic: {
    provider: 'anthropic',
    model: 'claude-sonnet-4-5-20250929',
    usage: anthropicTokens,
    nanoUsd: 6_870_000n,
  },
  // 600 at 0.3, 400 at 0.03, 300 at 2.5. Only of the newer package is it known who answered, where it does not stream.
  'Google, google-genai': {
    provider: 'google_genai',
    model: 'gemini-2.5-flash-latest',
    usage: tokens,
    nanoUsd: 942_000n,
  },
  'Google, google': {
    provider: 'google_genai',
    model: 'gemini-2.5-flash',
    streamed: 'gemini-2.5-flash-latest',
    usage: tokens,
    nanoUsd: 942_000n,
  },
};

interface Expected {
  readonly provider: string;
  readonly model: string;
  /** In place of the model, where the package says less of a stream. */
  readonly streamed?: string;
  readonly usage: object;
  readonly nanoUsd: bigint;
}

const METHODS = ['invoke', 'messages', 'v2', 'v3'] as const;

/** Runs an agent, and tells what it said. */
async function say(model: BaseChatModel, id: string, method: (typeof METHODS)[number]): Promise<string> {
  const agent = durable(createAgent({ model, tools: [] })).withExecution(id);
  let text = '';
  if (method === 'invoke') return (await agent.invoke(input)).messages.at(-1)?.text ?? '';
  if (method === 'messages') {
    for await (const [chunk] of await agent.stream(input, { streamMode: 'messages' })) text += chunk.text;
    return text;
  }
  const events = await agent.streamEvents(input, { version: method } as never);
  for await (const { event, data } of events as AsyncIterable<{
    event?: string;
    data?: { chunk?: { text?: string } };
  }>) {
    if (event === 'on_chat_model_stream') text += data?.chunk?.text ?? '';
  }
  const { output } = events as { output?: Promise<{ messages: { text: string }[] }> };
  return output ? ((await output).messages.at(-1)?.text ?? '') : text;
}

describe.each(Object.entries(PROVIDERS))('%s', (name, provider) => {
  test.each(METHODS)('is recorded with who answered, its tokens and its price, with %s', async (method) => {
    server = await startProvider(provider);
    const model = provider.make(server.url);
    const id = `${name} ${method}`;
    const { streamed, usage, nanoUsd, ...expected } = EXPECTED[name] as Expected;
    const answered = (method !== 'invoke' && streamed) || expected.model;
    // Told again, it is not asked again.
    for (let run = 0; run < 2; run++) expect(await say(model, id, method)).toBe('hello');
    await expect.poll(async () => (await executions.get(id)).status).toBe('completed');
    expect(server.requests).toBe(1);
    const { journal } = await executions.get(id);
    expect(journal.map((call) => call.usage)).toMatchObject([{ provider: expected.provider, model: answered }]);
    const { rows } = await costs.report({ execution: id });
    expect(rows).toMatchObject([{ model: answered, usage, nanoUsd, unpriced: 0, estimated: 0 }]);
  });
});
