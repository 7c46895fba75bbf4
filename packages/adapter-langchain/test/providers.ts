import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ChatAnthropic } from '@langchain/anthropic';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { ChatGoogle } from '@langchain/google/node';
import { ChatGoogleGenerativeAI } from '@langchain/google-genai';
import { ChatOpenAI } from '@langchain/openai';

/** A provider's package, and what its server says: each names a newer model than it is asked for. */
export interface ProviderCase {
  readonly make: (url: string) => BaseChatModel;
  readonly whole: object;
  /** The events of a stream, in the provider's own form. */
  readonly events: readonly string[];
}

const sse = (data: object, event?: string) => `${event ? `event: ${event}\n` : ''}data: ${JSON.stringify(data)}\n\n`;
const typed = (data: { readonly type: string; readonly [field: string]: unknown }) => sse(data, data.type);

const chatUsage = {
  prompt_tokens: 1_000,
  completion_tokens: 300,
  total_tokens: 1_300,
  prompt_tokens_details: { cached_tokens: 400 },
  completion_tokens_details: { reasoning_tokens: 100 },
};
const chat = (choice: object, more: object = {}) => {
  return {
    id: 'chat_1',
    object: 'chat.completion',
    model: 'gpt-5-mini-2025-08-07',
    service_tier: 'default',
    choices: [choice],
    ...more,
  };
};
const chatDelta = (delta: object, finish_reason: string | null = null) =>
  sse(chat({ index: 0, delta, finish_reason }, { object: 'chat.completion.chunk', usage: null }));

const response = {
  id: 'resp_1',
  object: 'response',
  created_at: 1_700_000_000,
  model: 'gpt-5-mini-2025-08-07',
  status: 'completed',
  output: [
    {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'hello', annotations: [] }],
    },
  ],
  usage: {
    input_tokens: 1_000,
    input_tokens_details: { cached_tokens: 400 },
    output_tokens: 300,
    output_tokens_details: { reasoning_tokens: 100 },
    total_tokens: 1_300,
  },
};

const anthropicUsage = {
  input_tokens: 300,
  cache_creation_input_tokens: 300,
  cache_read_input_tokens: 400,
  cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 100 },
};
const anthropicMessage = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
  stop_reason: 'end_turn',
  stop_sequence: null,
};

const geminiCounts = { promptTokenCount: 1_000, cachedContentTokenCount: 400 };
const gemini = (text: string, counts: object, finishReason?: string) => ({
  candidates: [{ index: 0, content: { role: 'model', parts: [{ text }] }, ...(finishReason ? { finishReason } : {}) }],
  usageMetadata: { ...geminiCounts, ...counts },
  modelVersion: 'gemini-2.5-flash',
});
const geminiWhole = gemini(
  'hello',
  { candidatesTokenCount: 200, thoughtsTokenCount: 100, totalTokenCount: 1_300 },
  'STOP',
);
// As the service does it, each chunk tells the counts so far.
const geminiEvents = [
  sse(gemini('hel', { thoughtsTokenCount: 100, totalTokenCount: 1_100 })),
  sse(gemini('l', { candidatesTokenCount: 150, thoughtsTokenCount: 100, totalTokenCount: 1_250 })),
  sse(gemini('o', { candidatesTokenCount: 200, thoughtsTokenCount: 100, totalTokenCount: 1_300 }, 'STOP')),
];

const text = 'hello';

export const PROVIDERS: Readonly<Record<string, ProviderCase>> = {
  'OpenAI, chat': {
    make: (url) =>
      new ChatOpenAI({ model: 'gpt-5-mini', apiKey: 'none', configuration: { baseURL: `${url}/v1` }, maxRetries: 0 }),
    whole: chat(
      { index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' },
      { usage: chatUsage },
    ),
    events: [
      chatDelta({ role: 'assistant', content: 'hel' }),
      chatDelta({ content: 'lo' }),
      chatDelta({}, 'stop'),
      sse({ ...chat({}), object: 'chat.completion.chunk', choices: [], usage: chatUsage }),
      'data: [DONE]\n\n',
    ],
  },
  'OpenAI, responses': {
    make: (url) =>
      new ChatOpenAI({
        model: 'gpt-5-mini',
        apiKey: 'none',
        configuration: { baseURL: `${url}/v1` },
        maxRetries: 0,
        useResponsesApi: true,
      }),
    whole: response,
    events: [
      typed({ type: 'response.created', response: { ...response, status: 'in_progress', output: [] } }),
      typed({ type: 'response.output_item.added', output_index: 0, item: { ...response.output[0], content: [] } }),
      typed({ type: 'response.output_text.delta', output_index: 0, content_index: 0, item_id: 'msg_1', delta: 'hel' }),
      typed({ type: 'response.output_text.delta', output_index: 0, content_index: 0, item_id: 'msg_1', delta: 'lo' }),
      typed({ type: 'response.completed', response }),
    ],
  },
  Anthropic: {
    make: (anthropicApiUrl) =>
      new ChatAnthropic({ model: 'claude-sonnet-4-5', apiKey: 'none', anthropicApiUrl, maxRetries: 0 }),
    whole: {
      ...anthropicMessage,
      content: [{ type: 'text', text }],
      usage: { ...anthropicUsage, output_tokens: 300 },
    },
    events: [
      typed({
        type: 'message_start',
        message: {
          ...anthropicMessage,
          stop_reason: null,
          content: [],
          usage: { ...anthropicUsage, output_tokens: 1 },
        },
      }),
      typed({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
      typed({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'hel' } }),
      typed({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'lo' } }),
      typed({ type: 'content_block_stop', index: 0 }),
      typed({
        type: 'message_delta',
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { ...anthropicUsage, output_tokens: 300 },
      }),
      typed({ type: 'message_stop' }),
    ],
  },
  'Google, google-genai': {
    make: (baseUrl) =>
      new ChatGoogleGenerativeAI({ model: 'gemini-2.5-flash-latest', apiKey: 'none', baseUrl, maxRetries: 0 }),
    whole: geminiWhole,
    events: geminiEvents,
  },
  'Google, google': {
    make: (endpoint) =>
      new ChatGoogle({ model: 'gemini-2.5-flash-latest', apiKey: 'none', endpoint, maxRetries: 0 }) as never,
    whole: geminiWhole,
    events: geminiEvents,
  },
};

/** A server that says what a provider says. */
export interface ProviderServer {
  readonly url: string;
  readonly requests: number;
  close(): void;
}

export async function startProvider({ whole, events }: ProviderCase): Promise<ProviderServer> {
  let requests = 0;
  const server = createServer(async (request, answer) => {
    requests++;
    let body = '';
    for await (const part of request) body += part;
    const isStream = request.url?.includes('stream') || JSON.parse(body).stream === true;
    if (isStream) stream(answer, events);
    else {
      answer.setHeader('content-type', 'application/json');
      answer.end(JSON.stringify(whole));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get requests() {
      return requests;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function stream(answer: ServerResponse, events: readonly string[]): void {
  answer.setHeader('content-type', 'text/event-stream');
  for (const event of events) answer.write(event);
  answer.end();
}
