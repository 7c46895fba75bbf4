import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Step {
  readonly tool: string;
  readonly input: object;
}

const HAND_OVER = /^transfer_to_/;
const STEPS: readonly Step[] = [
  { tool: 'findOrder', input: { order: '17' } },
  { tool: 'approve', input: { question: 'Give back 30 dollars for order 17?' } },
  { tool: 'refund', input: { order: '17', dollars: 30 } },
];
const END = 'Your order was lost on its way. Your 30 dollars are on their way back.';

/** A model on this machine that knows one conversation, and speaks both protocols of OpenAI's. */
export interface StandIn {
  readonly requests: number;
  close(): void;
}

/** Starts it, and has the client use it. */
export async function startStandIn(): Promise<StandIn> {
  let requests = 0;
  const server = createServer(async (request, response) => {
    const body = await read(request);
    requests += 1;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(request.url?.endsWith('/responses') ? respond(body) : chat(body)));
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

interface Body {
  readonly messages?: readonly { readonly role: string }[];
  readonly input?: readonly { readonly type?: string; readonly name?: string }[];
  readonly tools?: readonly { readonly name?: string }[];
}

async function read(request: IncomingMessage): Promise<Body> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString());
}

function chat({ messages = [] }: Body): object {
  const done = messages.filter(({ role }) => role === 'tool').length;
  const step = STEPS[done];
  const called = step && { name: step.tool, arguments: JSON.stringify(step.input) };
  const message = called
    ? { role: 'assistant', content: null, tool_calls: [{ id: `call_${done}`, type: 'function', function: called }] }
    : { role: 'assistant', content: END };
  const choices = [{ index: 0, message, finish_reason: called ? 'tool_calls' : 'stop' }];
  return { id: `chat_${done}`, object: 'chat.completion', model: 'stand-in', choices, usage: { total_tokens: 50 } };
}

function respond({ input = [], tools = [] }: Body): object {
  const other = tools.find(({ name }) => HAND_OVER.test(name ?? ''))?.name;
  const done = input.filter(({ type, name }) => type === 'function_call' && !HAND_OVER.test(name ?? '')).length;
  const step = other ? { tool: other, input: {} } : STEPS[done];
  const status = 'completed';
  const call_id = `call_${other ? 'other' : done}`;
  const output = step
    ? {
        type: 'function_call',
        id: `fc_${done}`,
        call_id,
        name: step.tool,
        arguments: JSON.stringify(step.input),
        status,
      }
    : {
        type: 'message',
        id: 'msg_1',
        role: 'assistant',
        status,
        content: [{ type: 'output_text', text: END, annotations: [] }],
      };
  const usage = { input_tokens: 40, output_tokens: 10, total_tokens: 50 };
  return { id: `resp_${done}`, object: 'response', model: 'stand-in', status, output: [output], usage };
}
