import { describe, expect, test } from 'vitest';
import { readUsage } from '../../src/cost/normalise.ts';

const usageOf = (recorded: unknown) => readUsage(recorded)?.usage;

describe('totals are inclusive, whoever reports them:', () => {
  test('an OpenAI chat completion', () => {
    const usage = {
      model: 'gpt-5',
      prompt_tokens: 12_000,
      completion_tokens: 1_500,
      total_tokens: 13_500,
      prompt_tokens_details: { cached_tokens: 8_192, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 1_024, accepted_prediction_tokens: 0 },
    };
    expect(usageOf(usage)).toEqual({
      inputTokens: 12_000,
      cacheReadInputTokens: 8_192,
      audioInputTokens: 0,
      outputTokens: 1_500,
      reasoningOutputTokens: 1_024,
    });
  });

  test('a chat completion of xAI, whose reasoning stands beside the completion', () => {
    const usage = {
      model: 'grok-4',
      prompt_tokens: 32,
      completion_tokens: 9,
      total_tokens: 141,
      completion_tokens_details: { reasoning_tokens: 100 },
    };
    expect(usageOf(usage)).toEqual({ inputTokens: 32, outputTokens: 109, reasoningOutputTokens: 100 });
  });

  test('an OpenAI response', () => {
    const usage = {
      model: 'gpt-6-sol',
      input_tokens: 50_000,
      input_tokens_details: { cached_tokens: 30_000, cache_write_tokens: 10_000 },
      output_tokens: 4_000,
      output_tokens_details: { reasoning_tokens: 3_000 },
      total_tokens: 54_000,
    };
    expect(usageOf(usage)).toEqual({
      inputTokens: 50_000,
      cacheReadInputTokens: 30_000,
      cacheCreationInputTokens: 10_000,
      outputTokens: 4_000,
      reasoningOutputTokens: 3_000,
    });
  });

  test('an Anthropic message, with both lifetimes of its cache', () => {
    const usage = {
      model: 'claude-opus-5-5',
      input_tokens: 1_000,
      cache_creation_input_tokens: 20_000,
      cache_read_input_tokens: 40_000,
      cache_creation: { ephemeral_5m_input_tokens: 12_000, ephemeral_1h_input_tokens: 8_000 },
      output_tokens: 2_000,
      server_tool_use: { web_search_requests: 3 },
    };
    expect(usageOf(usage)).toEqual({
      inputTokens: 61_000,
      cacheReadInputTokens: 40_000,
      cacheCreationInputTokens: 20_000,
      cacheCreation1hInputTokens: 8_000,
      outputTokens: 2_000,
      webSearches: 3,
    });
  });

  test('an Anthropic message that was made in several goes: the goes are what was used', () => {
    const reading = readUsage({
      model: 'claude-opus-5-5',
      input_tokens: 100,
      output_tokens: 10,
      iterations: [
        { type: 'compaction', input_tokens: 50_000, output_tokens: 2_000 },
        { type: 'advisor_message', model: 'claude-sonnet-4-5', input_tokens: 600, output_tokens: 40 },
        { type: 'message', input_tokens: 100, cache_read_input_tokens: 400, output_tokens: 10 },
      ],
    });
    expect(reading?.usage).toEqual({ inputTokens: 51_100, cacheReadInputTokens: 400, outputTokens: 2_050 });
    expect(reading?.parts.map(({ model }) => model)).toEqual([undefined, 'claude-sonnet-4-5', undefined]);
  });

  test('Gemini, whose thoughts and tool prompts stand beside the rest', () => {
    const usage = {
      model: 'gemini-2.5-pro',
      promptTokenCount: 249_000,
      toolUsePromptTokenCount: 1_000,
      cachedContentTokenCount: 100_000,
      candidatesTokenCount: 3_000,
      thoughtsTokenCount: 2_000,
      totalTokenCount: 255_000,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 248_000 },
        { modality: 'AUDIO', tokenCount: 1_000 },
      ],
    };
    expect(usageOf(usage)).toEqual({
      inputTokens: 250_000,
      cacheReadInputTokens: 100_000,
      outputTokens: 5_000,
      reasoningOutputTokens: 2_000,
      audioInputTokens: 1_000,
    });
  });

  test("Bedrock's Converse", () => {
    const usage = { inputTokens: 3_000, cacheReadInputTokens: 10_000, cacheWriteInputTokens: 5_000, outputTokens: 700 };
    expect(usageOf(usage)).toEqual({
      inputTokens: 18_000,
      cacheReadInputTokens: 10_000,
      cacheCreationInputTokens: 5_000,
      outputTokens: 700,
    });
  });

  test('LangChain, whose details differ from those of OpenAI by one letter', () => {
    const usage = {
      model: 'claude-opus-5-5',
      input_tokens: 61_000,
      output_tokens: 2_000,
      total_tokens: 63_000,
      input_token_details: { cache_read: 40_000, cache_creation: 20_000 },
      response_metadata: { usage: { cache_creation: { ephemeral_1h_input_tokens: 8_000 } } },
    };
    const expected = {
      inputTokens: 61_000,
      cacheReadInputTokens: 40_000,
      cacheCreationInputTokens: 20_000,
      cacheCreation1hInputTokens: 8_000,
      outputTokens: 2_000,
    };
    expect(usageOf(usage)).toEqual(expected);
    const { model, response_metadata, ...usage_metadata } = usage;
    expect(usageOf({ model, response_metadata, usage_metadata })).toEqual(expected);
  });

  test('LangChain on Gemini, whose thoughts are in the total only', () => {
    const usage_metadata = { input_tokens: 100, output_tokens: 20, total_tokens: 170 };
    expect(usageOf({ usage_metadata })).toEqual({ inputTokens: 100, outputTokens: 70 });
  });
});

describe('one call is the same record through every major version of the AI SDK:', () => {
  const expected = {
    inputTokens: 23_500,
    cacheReadInputTokens: 15_000,
    cacheCreationInputTokens: 6_000,
    outputTokens: 900,
  };
  const provider = 'anthropic.messages';
  const model = 'claude-sonnet-4-5';

  test('version 5', () => {
    const providerMetadata = { anthropic: { cacheCreationInputTokens: 6_000 } };
    const usage = { inputTokens: 2_500, outputTokens: 900, cachedInputTokens: 15_000 };
    expect(usageOf({ provider, model, ...usage, providerMetadata })).toEqual(expected);
  });

  test('version 6 and 7, at the model', () => {
    const usage = {
      inputTokens: { total: 23_500, noCache: 2_500, cacheRead: 15_000, cacheWrite: 6_000 },
      outputTokens: { total: 900, text: 900 },
    };
    expect(usageOf({ provider, model, ...usage })).toEqual(expected);
  });

  test('version 6 and 7, at the result', () => {
    const usage = {
      inputTokens: 23_500,
      inputTokenDetails: { noCacheTokens: 2_500, cacheReadTokens: 15_000, cacheWriteTokens: 6_000 },
      outputTokens: 900,
      outputTokenDetails: { textTokens: 900 },
    };
    expect(usageOf({ provider, model, ...usage })).toEqual(expected);
  });

  test("the provider's own words, where they are there, say more", () => {
    const raw = {
      input_tokens: 2_500,
      cache_read_input_tokens: 15_000,
      cache_creation_input_tokens: 6_000,
      cache_creation: { ephemeral_5m_input_tokens: 5_000, ephemeral_1h_input_tokens: 1_000 },
      output_tokens: 900,
    };
    const usage = { inputTokens: { total: 23_500 }, outputTokens: { total: 900 }, raw };
    expect(usageOf({ provider, model, ...usage })).toEqual({ ...expected, cacheCreation1hInputTokens: 1_000 });
  });

  test('version 5 with another provider has what was cached inside of the input', () => {
    const usage = { inputTokens: 12_000, outputTokens: 1_500, cachedInputTokens: 8_192, reasoningTokens: 1_024 };
    expect(usageOf({ provider: 'openai.chat', model: 'gpt-5', ...usage })).toEqual({
      inputTokens: 12_000,
      cacheReadInputTokens: 8_192,
      outputTokens: 1_500,
      reasoningOutputTokens: 1_024,
    });
  });

  test('an embedding', () => {
    expect(usageOf({ provider: 'openai.embedding', model: 'text-embedding-3-small', tokens: 7 })).toEqual({
      inputTokens: 7,
      outputTokens: 0,
    });
  });
});

test('what holds no usage is none, and not zero', () => {
  for (const nothing of [undefined, null, 7, 'usage', [], {}, { model: 'gpt-5' }, { usage: undefined }]) {
    expect(readUsage(nothing)).toBeUndefined();
  }
});

test('counts that are none are left out', () => {
  const usage = { input_tokens: Number.NaN, output_tokens: 5, output_tokens_details: { reasoning_tokens: -1 } };
  expect(usageOf(usage)).toEqual({ inputTokens: 0, outputTokens: 5 });
});
