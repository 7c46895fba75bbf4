import OpenAI from 'openai';
import { testSecrets } from '../../core/test/secrets/provider-tests.ts';
import { durable } from '../src/index.ts';

const head = { id: 'chat-1', created: 1, model: 'gpt-test' };
const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

testSecrets({
  client(url, secret) {
    const openai = durable(
      new OpenAI({
        baseURL: `${url}/v1`,
        apiKey: secret('key'),
        organization: secret('organization of the client'),
        project: secret('project'),
        defaultHeaders: { 'x-api-key': secret('key of a gateway'), cookie: `a=${secret('cookie of the client')}` },
        defaultQuery: { api_key: secret('parameter') },
        maxRetries: 1,
      }),
    );
    const ask = (prompt: string) => ({
      model: 'gpt-test',
      messages: [{ role: 'user' as const, content: prompt }],
      // Gateways take the keys to others in the body.
      extra: { api_key: secret('key in a body') },
    });
    const server = {
      type: 'mcp' as const,
      server_label: 'm',
      server_url: `https://host/mcp`,
      authorization: secret('authorization of a tool'),
      headers: { 'X-Custom': secret('header of a tool') },
    };
    return {
      async whole(prompt) {
        await openai.responses.create({ model: 'gpt-test', input: prompt, tools: [server] });
        return (await openai.chat.completions.create(ask(prompt)).withResponse()).data;
      },
      async streamed(prompt) {
        const chunks = [];
        for await (const chunk of await openai.chat.completions.create({ ...ask(prompt), stream: true }))
          chunks.push(chunk);
        return chunks;
      },
    };
  },
  answer({ stream }, response, { url = '' }) {
    if (url.includes('/responses')) {
      const output = { id: 'm', type: 'message', role: 'assistant', status: 'completed', content: [] };
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({ id: 'r', object: 'response', status: 'completed', model: 'gpt-test', output: [output] }),
      );
    } else if (stream) {
      response.setHeader('content-type', 'text/event-stream');
      const chunk = { ...head, choices: [{ index: 0, delta: { content: 'hi' }, finish_reason: 'stop' }] };
      response.end(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
    } else {
      const choice = { index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ...head, object: 'chat.completion', choices: [choice], usage }));
    }
  },
});
