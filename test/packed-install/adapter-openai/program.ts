import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { flow } from '@reprise/core';
import { durable } from '@reprise/openai';
import OpenAI from 'openai';

let requests = 0;
const server = createServer((_request, response) => {
  requests += 1;
  const message = { role: 'assistant', content: 'hello' };
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ id: 'x', choices: [{ index: 0, message, finish_reason: 'stop' }] }));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
const openai: OpenAI = durable(new OpenAI({ baseURL, apiKey: 'none' }));

const greet = flow('greet', async (name: string) => {
  const messages = [{ role: 'user' as const, content: name }];
  const { choices } = await openai.chat.completions.create({ model: 'any', messages });
  return choices[0]?.message.content;
});

for (let run = 0; run < 2; run++) {
  const execution = await greet.start('otter', { id: 'packed-install' });
  assert.equal(await execution.result(), 'hello');
}
assert.equal(requests, 1, 'a completed execution makes no request again');
server.close();
