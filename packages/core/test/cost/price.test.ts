import { describe, expect, test } from 'vitest';
import { loadCatalogue } from '../../src/cost/catalogue.ts';
import type { Cost } from '../../src/cost/cost.ts';
import { readUsage } from '../../src/cost/normalise.ts';
import { type Pricing, priceOf } from '../../src/cost/price.ts';
import { checkPrices, type Prices } from '../../src/cost/prices.ts';
import { UsageError } from '../../src/index.ts';

const catalogue = await loadCatalogue();
const AT = Date.UTC(2026, 10, 20);

function cost(recorded: unknown, prices?: Prices, pricing: Partial<Pricing> = {}): Cost {
  return priceOf(readUsage(recorded), AT, { prices, catalogue, ...pricing });
}

const notesOf = (priced: Cost) => ('notes' in priced ? priced.notes : []);

// Each amount was computed by hand from the rates, in dollars by the million tokens, that its comment gives.
describe('priced as by hand, to the nano-dollar:', () => {
  const cases: Record<string, { usage: unknown; nanoUsd: number; status?: string }> = {
    // 1.25, cache read 0.125, out 10
    'OpenAI chat with a cache and reasoning': {
      usage: {
        provider: 'openai',
        model: 'gpt-5',
        prompt_tokens: 12_000,
        completion_tokens: 1_500,
        prompt_tokens_details: { cached_tokens: 8_192 },
        completion_tokens_details: { reasoning_tokens: 1_024 },
      },
      nanoUsd: 20_784_000,
    },
    // 2, cache read 0.2, cache write 2.5, out 10
    'an OpenAI response that wrote to the cache': {
      usage: {
        model: 'gpt-6-sol',
        input_tokens: 50_000,
        input_tokens_details: { cached_tokens: 30_000, cache_write_tokens: 10_000 },
        output_tokens: 4_000,
      },
      nanoUsd: 91_000_000,
    },
    // beyond 272,000: 5, cache read 0.5, out 22.5
    'a long context at the rates of long contexts': {
      usage: {
        model: 'gpt-5.4',
        input_tokens: 300_000,
        input_tokens_details: { cached_tokens: 100_000 },
        output_tokens: 2_000,
      },
      nanoUsd: 1_095_000_000,
    },
    // 4, cache read 0.2, write 5, write for an hour 8, out 20, 1,000 searches 10
    'Anthropic with both lifetimes of the cache and searches': {
      usage: {
        provider: 'anthropic',
        model: 'claude-opus-5-5',
        input_tokens: 1_000,
        cache_creation_input_tokens: 20_000,
        cache_read_input_tokens: 40_000,
        cache_creation: { ephemeral_5m_input_tokens: 12_000, ephemeral_1h_input_tokens: 8_000 },
        output_tokens: 2_000,
        server_tool_use: { web_search_requests: 3 },
      },
      nanoUsd: 206_000_000,
    },
    // 3, cache read 0.3, write 3.75, out 15
    'Anthropic through the AI SDK 5': {
      usage: {
        provider: 'anthropic.messages',
        model: 'claude-sonnet-4-5',
        inputTokens: 2_500,
        cachedInputTokens: 15_000,
        outputTokens: 900,
        providerMetadata: { anthropic: { cacheCreationInputTokens: 6_000 } },
      },
      nanoUsd: 48_000_000,
    },
    // 4 and 20 for the first and the last, 3 and 15 for the advisor
    'Anthropic in several goes, one of them by another model': {
      usage: {
        provider: 'anthropic',
        model: 'claude-opus-5-5',
        input_tokens: 100,
        output_tokens: 10,
        iterations: [
          { input_tokens: 50_000, output_tokens: 2_000 },
          { model: 'claude-sonnet-4-5', input_tokens: 600, output_tokens: 40 },
          { input_tokens: 100, output_tokens: 10 },
        ],
      },
      nanoUsd: 240_000_000 + 2_400_000 + 600_000,
    },
    // beyond 200,000: 2.5, cache read 0.25, out 15
    'Gemini with a cache and thoughts': {
      usage: {
        provider: 'google',
        model: 'gemini-2.5-pro',
        promptTokenCount: 250_000,
        cachedContentTokenCount: 100_000,
        candidatesTokenCount: 3_000,
        thoughtsTokenCount: 2_000,
      },
      nanoUsd: 475_000_000,
    },
    // text 0.3, audio 1, out 2.5
    'Gemini that hears': {
      usage: {
        provider: 'google.generative-ai',
        model: 'gemini-2.5-flash',
        promptTokenCount: 3_000,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 1_000 },
          { modality: 'AUDIO', tokenCount: 2_000 },
        ],
        candidatesTokenCount: 200,
      },
      nanoUsd: 2_800_000,
    },
    // 0.15, cache read 0.075, out 0.6
    'Groq through the AI SDK 7': {
      usage: {
        provider: 'groq.chat',
        model: 'openai/gpt-oss-120b',
        inputTokens: { total: 5_000, cacheRead: 2_000 },
        outputTokens: { total: 800 },
      },
      nanoUsd: 1_080_000,
    },
    // 2.5, cache read 1.25, out 10
    'Azure, named as OpenTelemetry names it': {
      usage: {
        provider: 'azure.ai.openai',
        model: 'gpt-4o',
        prompt_tokens: 8_000,
        prompt_tokens_details: { cached_tokens: 4_096 },
        completion_tokens: 600,
      },
      nanoUsd: 20_880_000,
    },
    // in the region 3.3, cache read 0.33, write 4.125, out 16.5
    'Bedrock in a region': {
      usage: {
        provider: 'amazon-bedrock',
        model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
        inputTokens: 3_000,
        cacheReadInputTokens: 10_000,
        cacheWriteInputTokens: 5_000,
        outputTokens: 700,
      },
      nanoUsd: 45_375_000,
    },
    // 1.25 and 10, behind a gateway
    'a gateway that says nothing of the cost': {
      usage: { provider: 'gateway', model: 'openai/gpt-5', inputTokens: 1_000, outputTokens: 100 },
      nanoUsd: 2_250_000,
    },
    // 3, cache read 0.3, out 15
    'OpenRouter, where it does not say what it costs': {
      usage: {
        provider: 'openrouter',
        model: 'anthropic/claude-sonnet-4.5',
        prompt_tokens: 10_000,
        completion_tokens: 500,
        prompt_tokens_details: { cached_tokens: 4_000 },
      },
      nanoUsd: 26_700_000,
    },
    // 3, cache read 0.75, out 15; 400 tokens of reasoning stand beside the completion
    'xAI, whose reasoning is billed as output': {
      usage: {
        provider: 'xai.chat',
        model: 'grok-4-0709',
        prompt_tokens: 2_000,
        completion_tokens: 100,
        total_tokens: 2_500,
        prompt_tokens_details: { cached_tokens: 500 },
        completion_tokens_details: { reasoning_tokens: 400 },
      },
      nanoUsd: 12_375_000,
    },
    // 0.02
    'an embedding': {
      usage: { provider: 'openai', model: 'text-embedding-3-small', prompt_tokens: 1_234_567, total_tokens: 1_234_567 },
      nanoUsd: 24_691_340,
    },
    // 3, cache read 0.3, write 3.75, out 15
    'Anthropic in its own words': {
      usage: {
        provider: 'anthropic',
        model: 'claude-sonnet-4-5',
        input_tokens: 2_500,
        cache_creation_input_tokens: 6_000,
        cache_read_input_tokens: 15_000,
        output_tokens: 900,
      },
      nanoUsd: 48_000_000,
    },
    // 3, cache read 0.3, write 3.75, write for an hour 6, out 15
    'Anthropic through the AI SDK 7, which keeps its own words': {
      usage: {
        provider: 'anthropic.messages',
        model: 'claude-sonnet-4-5',
        inputTokens: { total: 23_500, noCache: 2_500, cacheRead: 15_000, cacheWrite: 6_000 },
        outputTokens: { total: 900 },
        raw: {
          input_tokens: 2_500,
          cache_creation_input_tokens: 6_000,
          cache_read_input_tokens: 15_000,
          cache_creation: { ephemeral_5m_input_tokens: 2_000, ephemeral_1h_input_tokens: 4_000 },
          output_tokens: 900,
        },
      },
      nanoUsd: 57_000_000,
    },
    // beyond 200,000: 2.5, cache read 0.25, out 15
    'Gemini through the AI SDK 7, which keeps its own words': {
      usage: {
        provider: 'google.generative-ai',
        model: 'gemini-2.5-pro',
        inputTokens: { total: 250_000, cacheRead: 100_000 },
        outputTokens: { total: 5_000, reasoning: 2_000 },
        raw: {
          promptTokenCount: 250_000,
          cachedContentTokenCount: 100_000,
          candidatesTokenCount: 3_000,
          thoughtsTokenCount: 2_000,
        },
      },
      nanoUsd: 475_000_000,
    },
    // 1.25, cache read 0.125, out 10
    'OpenAI as a result of the AI SDK 6': {
      usage: {
        provider: 'openai.responses',
        model: 'gpt-5',
        inputTokens: 12_000,
        inputTokenDetails: { cacheReadTokens: 8_192 },
        outputTokens: 1_500,
        outputTokenDetails: { reasoningTokens: 1_024 },
      },
      nanoUsd: 20_784_000,
    },
    'OpenAI through LangChain': {
      usage: {
        provider: 'openai',
        model: 'gpt-5',
        input_tokens: 12_000,
        output_tokens: 1_500,
        total_tokens: 13_500,
        input_token_details: { cache_read: 8_192 },
        output_token_details: { reasoning: 1_024 },
      },
      nanoUsd: 20_784_000,
    },
    // 4, cache read 0.2, write 5, write for an hour 8, out 20
    'Anthropic through LangChain': {
      usage: {
        provider: 'anthropic',
        model: 'claude-opus-5-5',
        input_tokens: 61_000,
        output_tokens: 2_000,
        total_tokens: 63_000,
        input_token_details: { cache_read: 40_000, cache_creation: 20_000 },
        response_metadata: { usage: { cache_creation: { ephemeral_1h_input_tokens: 8_000 } } },
      },
      nanoUsd: 176_000_000,
    },
  };
  for (const [name, { usage, nanoUsd }] of Object.entries(cases)) {
    test(name, () => {
      const priced = cost(usage);
      expect(priced).toMatchObject({ status: 'priced', nanoUsd, source: 'catalogue', notes: [] });
      if (priced.status !== 'priced') return;
      expect(priced.inputNanoUsd + priced.outputNanoUsd + priced.otherNanoUsd).toBe(nanoUsd);
    });
  }
});

describe('what the provider says that it costs comes first:', () => {
  const free: Prices = { 'acme/llama-5': { input_mtok: 0, output_mtok: 0 } };
  const call = { provider: 'acme', model: 'llama-5', prompt_tokens: 10, completion_tokens: 5 };
  const cases: Record<string, [unknown, number]> = {
    OpenRouter: [{ ...call, cost: 0.000_123_456 }, 123_456],
    'OpenRouter in scientific notation': [{ ...call, cost: 1.5e-7 }, 150],
    'OpenRouter with a key of the user': [
      { ...call, cost: 0, is_byok: true, cost_details: { upstream_inference_cost: 0.002 } },
      2_000_000,
    ],
    'xAI, in ticks': [{ ...call, cost_in_usd_ticks: 37_756_000 }, 3_775_600],
    Perplexity: [{ ...call, cost: { total_cost: 0.1361 } }, 136_100_000],
    'a gateway, as text': [{ ...call, providerMetadata: { gateway: { cost: '0.0004505' } } }, 450_500],
    'OpenRouter through the AI SDK': [
      { ...call, providerMetadata: { openrouter: { usage: { cost: 0.01 } } } },
      10_000_000,
    ],
  };
  for (const [name, [usage, nanoUsd]] of Object.entries(cases)) {
    test(name, () => {
      expect(cost(usage, free)).toMatchObject({ status: 'priced', nanoUsd, source: 'provider' });
    });
  }
});

describe("the user's own prices", () => {
  const usage = { provider: 'acme', model: 'llama-5', input_tokens: 1_000, output_tokens: 100 };
  const rates = { input_mtok: 0.4, output_mtok: 1.2 };

  test('are found by model, or by provider and model', () => {
    for (const prices of [{ 'llama-5': rates }, { 'acme/llama-5': rates }]) {
      expect(cost(usage, prices)).toMatchObject({ status: 'priced', nanoUsd: 520_000, source: 'override' });
    }
  });

  test('come before the list', () => {
    const gpt = { model: 'gpt-5', input_tokens: 1_000, output_tokens: 0 };
    expect(cost(gpt, { 'gpt-5': { input_mtok: 1, output_mtok: 1 } })).toMatchObject({ nanoUsd: 1_000_000 });
  });

  test('may be a function, which leaves to the list what it does not know', () => {
    const asked: unknown[] = [];
    const prices: Prices = (request) => {
      asked.push(request);
      return request.model === 'llama-5' ? rates : undefined;
    };
    expect(cost(usage, prices)).toMatchObject({ nanoUsd: 520_000, source: 'override' });
    expect(asked).toEqual([{ provider: 'acme', model: 'llama-5', usage: expect.anything(), at: AT }]);
    expect(cost({ model: 'gpt-5', input_tokens: 8, output_tokens: 0 }, prices)).toMatchObject({ source: 'catalogue' });
  });

  test('that fail leave the call without a price, and say so', () => {
    const failing: Prices = () => {
      throw new Error('the table is gone');
    };
    expect(cost(usage, failing)).toMatchObject({
      status: 'unpriced',
      reason: 'override-failed',
      hint: expect.stringContaining('the table is gone'),
    });
    const wrong = (() => ({ input: 3 })) as unknown as Prices;
    expect(cost(usage, wrong)).toMatchObject({ status: 'unpriced', hint: expect.stringContaining("'input'") });
  });

  test('of a model that costs nothing are 0, because the user said so', () => {
    const prices = { 'llama-5': { input_mtok: 0, output_mtok: 0 } };
    expect(cost(usage, prices)).toMatchObject({ status: 'priced', nanoUsd: 0 });
  });

  test('are refused when they are set, with what is taken', () => {
    const refusals: [unknown, RegExp][] = [
      [7, /table of rates by model, or a function/],
      [{ 'llama-5': 3 }, /model 'llama-5'.*input_mtok: 0\.4/],
      [{ 'llama-5': {} }, /has no rates.*input_mtok: 0/],
      [{ 'llama-5': { input: 3 } }, /unknown rate 'input'.*It takes: input_mtok/],
      [{ 'llama-5': { input_mtok: -1 } }, /at least 0; it was -1/],
      [
        { 'llama-5': { input_mtok: 1, cache_write_1h_mtok: 2 } },
        /'cache_write_1h_mtok' and none for 'cache_write_mtok'/,
      ],
    ];
    for (const [prices, message] of refusals) {
      expect(() => checkPrices(prices)).toThrow(UsageError);
      expect(() => checkPrices(prices)).toThrow(message);
    }
  });
});

describe('what is not known is unpriced, and never 0:', () => {
  const cases: Record<string, [unknown, string]> = {
    'an unknown model': [{ model: 'nobody-knows-1', input_tokens: 5, output_tokens: 5 }, 'unknown-model'],
    'an unknown provider': [{ provider: 'acme', model: 'gpt-5', input_tokens: 5, output_tokens: 5 }, 'unknown-model'],
    'no model at all': [{ input_tokens: 5, output_tokens: 5 }, 'unknown-model'],
    'a model that is listed without rates': [
      { provider: 'cerebras', model: 'qwen-3-coder-480b', input_tokens: 5, output_tokens: 5 },
      'no-rates',
    ],
    'no usage': [undefined, 'usage-missing'],
    'usage in which nothing was counted': [{ model: 'gpt-5', input_tokens: 0, output_tokens: 0 }, 'usage-missing'],
    'counts that the SDK left undefined': [{ model: 'gpt-5', inputTokens: {}, outputTokens: {} }, 'usage-missing'],
    'more in the cache than was read': [
      { model: 'gpt-5', input_tokens: 10, input_tokens_details: { cached_tokens: 100 }, output_tokens: 5 },
      'invalid-usage',
    ],
  };
  for (const [name, [usage, reason]] of Object.entries(cases)) {
    test(name, () => {
      const { status, nanoUsd, ...rest } = cost(usage);
      expect({ status, nanoUsd, ...rest }).toMatchObject({ status: 'unpriced', reason, hint: expect.any(String) });
      expect(nanoUsd).toBeUndefined();
    });
  }

  test('the hint is the line to add', () => {
    const unknown = cost({ provider: 'acme', model: 'llama-5', input_tokens: 5, output_tokens: 5 });
    expect(unknown).toMatchObject({ hint: expect.stringContaining("prices: { 'acme/llama-5': { input_mtok") });
  });

  test('the hint for an address, which may be a proxy, asks whose it is', () => {
    const unknown = cost({ provider: 'http://127.0.0.1:4000', model: 'gpt-5', input_tokens: 5, output_tokens: 5 });
    expect(unknown).toMatchObject({ hint: expect.stringContaining("durable(client, { provider: 'openai' })") });
  });

  test('without the price list', () => {
    const gpt = { model: 'gpt-5', input_tokens: 5, output_tokens: 5 };
    expect(cost(gpt, undefined, { catalogue: undefined })).toMatchObject({ reason: 'catalogue-missing' });
    expect(cost({ ...gpt, cost: 0.5 }, undefined, { catalogue: undefined })).toMatchObject({ nanoUsd: 500_000_000 });
  });

  test('but a model that is offered for free is free', () => {
    const usage = {
      provider: 'openrouter',
      model: 'deepseek/deepseek-r1:free',
      prompt_tokens: 5,
      completion_tokens: 5,
    };
    expect(cost(usage)).toEqual({ status: 'free', nanoUsd: 0, reason: 'free-model' });
  });
});

describe('what may differ from the bill is estimated, and says why:', () => {
  const gpt = { model: 'gpt-5', input_tokens: 10_000, output_tokens: 1_000 };

  test('a service tier that the list does not know', () => {
    const priced = cost({ ...gpt, service_tier: 'flex' });
    expect(priced).toMatchObject({ status: 'estimated', nanoUsd: 22_500_000 });
    expect(notesOf(priced)).toEqual(['service tier flex priced at the standard rate']);
    expect(cost({ ...gpt, service_tier: 'default' })).toMatchObject({ status: 'priced' });
    expect(
      cost({ ...gpt, provider: 'openai', providerMetadata: { openai: { serviceTier: 'priority' } } }),
    ).toMatchObject({ status: 'estimated' });
  });

  test('a cache of an hour that the list has no rate for', () => {
    const priced = cost({
      provider: 'amazon-bedrock',
      model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      input_tokens: 10,
      cache_creation_input_tokens: 1_000,
      cache_creation: { ephemeral_1h_input_tokens: 1_000 },
      output_tokens: 1,
    });
    expect(priced).toMatchObject({ status: 'estimated' });
    expect(notesOf(priced)).toEqual(['cache write 1h priced at the rate of 5 minutes']);
  });

  test('searches that the list has no rate for', () => {
    const usage = { provider: 'groq', model: 'openai/gpt-oss-120b', prompt_tokens: 5, completion_tokens: 5 };
    const priced = cost({ ...usage, num_search_queries: 5 });
    expect(priced).toMatchObject({ status: 'estimated' });
    expect(notesOf(priced)).toEqual(['web searches left out: no rate is listed']);
  });
});

test('no usage whatever makes pricing throw, or give 0', () => {
  const strange = [0, -1, 1.5, Number.NaN, Number.MAX_VALUE, '7', null, [], {}, undefined, 10n];
  const names = ['input_tokens', 'prompt_tokens', 'inputTokens', 'cached_tokens', 'iterations', 'cost', 'model', 'raw'];
  let seed = 1;
  const next = <T>(list: readonly T[]): T => {
    seed = (seed * 48_271) % 2_147_483_647;
    return list[seed % list.length] as T;
  };
  for (let i = 0; i < 2_000; i++) {
    const usage = Object.fromEntries(names.map((name) => [name, next([...strange, 'gpt-5', [{ model: 7 }]])]));
    const priced = cost(usage);
    if (priced.status !== 'unpriced' && usage.cost !== 0) expect(priced.nanoUsd).toBeGreaterThan(0);
  }
});
