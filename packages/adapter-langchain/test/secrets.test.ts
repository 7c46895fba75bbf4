import { ChatAnthropic } from '@langchain/anthropic';
import { ChatGoogleGenerativeAI } from '@langchain/google-genai';
import { ChatOpenAI } from '@langchain/openai';
import { describe } from 'vitest';
import { testSecrets } from '../../core/test/secrets/provider-tests.ts';
import { durableModel } from '../src/index.ts';
import { PROVIDERS } from './providers.ts';

type Make = (url: string, secret: (name: string) => string) => Parameters<typeof durableModel>[0];

const MODELS: Readonly<Record<string, Make>> = {
  'OpenAI, chat': (url, secret) =>
    new ChatOpenAI({
      model: 'gpt-5-mini',
      apiKey: secret('key'),
      configuration: {
        baseURL: `${url}/v1`,
        organization: secret('organization of the client'),
        defaultHeaders: { 'x-api-key': secret('key of a header'), cookie: `a=${secret('cookie of the client')}` },
        defaultQuery: { api_key: secret('parameter') },
      },
      modelKwargs: { api_key: secret('key in a body') },
      maxRetries: 1,
    }),
  Anthropic: (anthropicApiUrl, secret) =>
    new ChatAnthropic({
      model: 'claude-sonnet-4-5',
      apiKey: secret('key'),
      anthropicApiUrl,
      clientOptions: { defaultHeaders: { authorization: `Bearer ${secret('key of a header')}` } },
      invocationKwargs: {
        mcp_servers: [{ type: 'url', name: 'm', url: 'https://host', authorization_token: secret('token of a tool') }],
      },
      maxRetries: 1,
    }),
  'Google, google-genai': (baseUrl, secret) =>
    new ChatGoogleGenerativeAI({
      model: 'gemini-2.5-flash-latest',
      apiKey: secret('key'),
      baseUrl,
      customHeaders: { 'x-tenant-token': secret('key of a header') },
      maxRetries: 1,
    }),
};

describe.each(Object.entries(MODELS))('%s', (name, make) => {
  const { whole, events } = PROVIDERS[name] as (typeof PROVIDERS)[string];
  testSecrets({
    client(url, secret) {
      const model = durableModel(make(url, secret)) as unknown as ChatOpenAI;
      return {
        whole: (prompt) => model.invoke(prompt),
        async streamed(prompt) {
          for await (const _ of await model.stream(prompt));
        },
      };
    },
    answer({ stream }, response, { url }) {
      const isStream = url?.includes('stream') || stream === true;
      response.setHeader('content-type', isStream ? 'text/event-stream' : 'application/json');
      response.end(isStream ? events.join('') : JSON.stringify(whole));
    },
  });
});
