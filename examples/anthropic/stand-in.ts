// A model on this machine that speaks Anthropic's protocol, and knows one conversation.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface Asked {
  readonly messages: readonly { readonly role: string }[];
  readonly model: string;
  readonly stream?: boolean;
}

const STEPS = [
  { id: 'toolu_1', name: 'findOrder', input: { order: '17' } },
  { id: 'toolu_2', name: 'approve', input: { question: 'Give back 30 dollars for order 17?' } },
  { id: 'toolu_3', name: 'refund', input: { order: '17', dollars: 30 } },
];
const END = 'Your 30 dollars are on their way back.';
const USAGE = { input_tokens: 1_000, cache_creation_input_tokens: 0, cache_read_input_tokens: 500 };

/** Starts it. `onRequest` is told the number of each request, and whether it is to be refused. */
export async function startStandIn(onRequest: (n: number) => boolean = () => false) {
  let requests = 0;
  const server = createServer(async (request, response) => {
    const asked = (await json(request)) as Asked;
    requests += 1;
    if (onRequest(requests)) {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message: 'No.' } }));
      return;
    }
    const message = answerTo(asked);
    response.setHeader('content-type', asked.stream ? 'text/event-stream' : 'application/json');
    response.end(asked.stream ? eventsOf(message) : JSON.stringify(message));
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

function answerTo({ messages, model }: Asked) {
  const done = messages.filter(({ role }) => role === 'assistant').length;
  const step = STEPS[done];
  const content = step ? { type: 'tool_use', ...step } : { type: 'text', text: END };
  return {
    ...{ id: `msg_${done}`, type: 'message', role: 'assistant', model, content: [content] },
    ...{ stop_reason: step ? 'tool_use' : 'end_turn', stop_sequence: null },
    usage: { ...USAGE, output_tokens: 100 },
  };
}

function eventsOf({ content, stop_reason, stop_sequence, usage, ...message }: ReturnType<typeof answerTo>): string {
  const [block] = content as [{ type: string; text?: string; input?: object }];
  const begun = block.type === 'text' ? { ...block, text: '' } : { ...block, input: {} };
  const delta =
    block.type === 'text'
      ? { type: 'text_delta', text: block.text }
      : { type: 'input_json_delta', partial_json: JSON.stringify(block.input) };
  const started = { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } };
  const { output_tokens } = usage;
  const events: { type: string }[] = [
    { type: 'message_start', message: started } as never,
    { type: 'content_block_start', index: 0, content_block: begun } as never,
    { type: 'content_block_delta', index: 0, delta } as never,
    { type: 'content_block_stop', index: 0 } as never,
    { type: 'message_delta', delta: { stop_reason, stop_sequence }, usage: { output_tokens } } as never,
    { type: 'message_stop' },
  ];
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}
