import { appendFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A model on this machine that speaks OpenAI's protocol. */
export interface StandIn {
  readonly requests: number;
  close(): void;
}

/** Starts it, and has OpenAI's client use it. `MODEL_LOG` names a file that gets a line for each request. */
export async function startStandIn<Body>(answer: (body: Body, path: string) => object): Promise<StandIn> {
  let requests = 0;
  const server = createServer(async (request, response) => {
    const body = (await read(request)) as Body;
    requests += 1;
    if (process.env.MODEL_LOG) appendFileSync(process.env.MODEL_LOG, 'request\n');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer(body, request.url ?? '')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env.OPENAI_API_KEY = 'none';
  process.env.OPENAI_BASE_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return {
    get requests() {
      return requests;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function read(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString());
}

/** What the model says: a text, or a tool to call. */
export type Said = string | { readonly tool: string; readonly input: object };

/** An answer of the chat protocol. `n` tells it from the others. */
export function chatAnswer(said: Said, n: number): object {
  const called = typeof said === 'object' && { name: said.tool, arguments: JSON.stringify(said.input) };
  const message = called
    ? { role: 'assistant', content: null, tool_calls: [{ id: `call_${n}`, type: 'function', function: called }] }
    : { role: 'assistant', content: said };
  const choices = [{ index: 0, message, finish_reason: called ? 'tool_calls' : 'stop' }];
  const usage = { prompt_tokens: 40, completion_tokens: 10, total_tokens: 50 };
  return { id: `chat_${n}`, object: 'chat.completion', model: 'stand-in', choices, usage };
}
