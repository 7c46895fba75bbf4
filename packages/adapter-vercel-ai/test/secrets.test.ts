import { createGateway, generateText, streamText } from 'ai';
import { testSecrets } from '../../core/test/secrets/provider-tests.ts';
import { durableModel } from '../src/index.ts';

const usage = {
  inputTokens: { total: 10, noCache: 10, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 5, text: 5, reasoning: 0 },
};
const finishReason = { unified: 'stop', raw: 'stop' };

testSecrets({
  client(url, secret) {
    const gateway = createGateway({
      baseURL: url,
      apiKey: secret('key'),
      headers: { 'x-api-key': secret('key of a header'), cookie: `a=${secret('cookie of the client')}` },
    });
    const model = durableModel(gateway('test/model'));
    const asked = (prompt: string) => ({
      model,
      prompt,
      maxRetries: 1,
      headers: { 'x-tenant-token': secret('header of a call') },
      providerOptions: { gateway: { byok: { other: [{ apiKey: secret('key of another') }] } } },
    });
    return {
      whole: async (prompt) => (await generateText(asked(prompt))).text,
      async streamed(prompt) {
        let failure: unknown;
        const { textStream } = streamText({
          ...asked(prompt),
          onError: ({ error }) => {
            failure = error;
          },
        });
        let text = '';
        for await (const part of textStream) text += part;
        if (failure) throw failure;
        return text;
      },
    };
  },
  answer(_, response, request) {
    if (request.headers['ai-language-model-streaming'] !== 'true') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ content: [{ type: 'text', text: 'hi' }], finishReason, usage, warnings: [] }));
      return;
    }
    response.setHeader('content-type', 'text/event-stream');
    const parts = [
      { type: 'stream-start', warnings: [] },
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta: 'hi' },
      { type: 'text-end', id: '0' },
      { type: 'finish', finishReason, usage },
    ];
    response.end(parts.map((part) => `data: ${JSON.stringify(part)}\n\n`).join(''));
  },
});
