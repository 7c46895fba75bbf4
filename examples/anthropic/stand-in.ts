// A model on this machine that speaks Anthropic's protocol. It knows one conversation, and repeats what else it is told.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface Asked {
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly model: string;
  readonly stream?: boolean;
  readonly tools?: unknown;
}

/** What becomes of a request: a status of HTTP, an answer that ends or breaks in its middle or goes on later, or none. */
export type Fate = number | 'ends early' | 'breaks' | 'hangs' | { readonly goesOn: Promise<unknown> } | undefined;

const STEPS = [
  { id: 'toolu_1', name: 'findOrder', input: { order: '17' } },
  { id: 'toolu_2', name: 'approve', input: { question: 'Give back 30 dollars for order 17?' } },
  { id: 'toolu_3', name: 'refund', input: { order: '17', dollars: 30 } },
];
const END = 'Your 30 dollars are on their way back.';
const USAGE = { input_tokens: 1_000, cache_creation_input_tokens: 0, cache_read_input_tokens: 500 };

/** Starts it. `onRequest` is told the number of each request, and says what becomes of it; where nothing, it is answered. */
export async function startStandIn(onRequest: (n: number, request: IncomingMessage) => Fate = () => undefined) {
  let requests = 0;
  const server = createServer(async (request, response) => {
    const asked = (await json(request)) as Asked;
    requests += 1;
    const fate = onRequest(requests, request);
    if (fate === 'hangs') return;
    if (typeof fate === 'number') {
      response.writeHead(fate, { 'content-type': 'application/json', 'request-id': 'req_1', 'retry-after-ms': '5' });
      response.end(JSON.stringify({ type: 'error', error: { type: 'an_error', message: 'No.' } }));
      return;
    }
    const message = answerTo(asked);
    const answer = asked.stream ? eventsOf(message) : JSON.stringify(message);
    response.setHeader('content-type', asked.stream ? 'text/event-stream' : 'application/json');
    if (fate === undefined) {
      response.end(answer);
      return;
    }
    response.write(answer.slice(0, answer.length / 2));
    if (fate === 'ends early') response.end();
    else if (fate === 'breaks') setTimeout(() => response.destroy(), 20);
    else {
      await fate.goesOn;
      response.end(answer.slice(answer.length / 2));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get requests() {
      return requests;
    },
    /** Breaks all connections. */
    hangUp: () => server.closeAllConnections(),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answerTo({ messages, model, tools }: Asked) {
  const done = messages.filter(({ role }) => role === 'assistant').length;
  const step = tools ? STEPS[done] : undefined;
  const text = tools ? END : `You said: ${messages.at(-1)?.content}`;
  const content = step ? { type: 'tool_use', ...step } : { type: 'text', text };
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
