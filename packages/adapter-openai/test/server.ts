import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the server saw it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly body: Record<string, unknown>;
}

/** What a turn uses, in tokens. */
export interface Used {
  readonly input: number;
  readonly output: number;
}

/** A server on loopback that speaks OpenAI's protocol. */
export interface ModelServer {
  readonly url: string;
  readonly seen: Seen[];
  /** What each turn of the agent uses. */
  usageOf: (turn: number) => Used;
  /** Called with the number of each request, from 1, before it is answered; what it returns is answered instead. */
  onRequest: (n: number, response: ServerResponse) => boolean | Promise<boolean>;
  /** Called when a reply has been sent whole. */
  onReply: (n: number) => void;
  close(): Promise<void>;
}

/** How many turns its agent takes: all but the last one ask for the tool `step`. */
export const TURNS = 6;

export async function startServer(): Promise<ModelServer> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const body = await read(request);
    seen.push({ method: request.method ?? '', path: (request.url ?? '').split('?')[0] ?? '', body });
    const n = seen.length;
    if (await model.onRequest(n, response)) return;
    response.on('finish', () => model.onReply(n));
    const path = (request.url ?? '').split('?')[0] ?? '';
    if (path.endsWith('/chat/completions')) chat(body, response, model.usageOf);
    else if (path.endsWith('/responses')) respond(body, response, model.usageOf);
    else if (path.endsWith('/embeddings')) json(response, { object: 'list', data: [{ index: 0, embedding: [0.5] }] });
    else if (path.endsWith('/audio/speech'))
      response.writeHead(200, { 'content-type': 'audio/mpeg' }).end(Buffer.from([0, 255, 1]));
    else if (path.endsWith('/files')) json(response, { id: `file-${n}`, object: 'file' });
    else json(response, { error: { message: 'unknown' } }, 404);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const model: ModelServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    seen,
    usageOf: () => ({ input: 10, output: 5 }),
    onRequest: () => false,
    onReply: () => {},
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return model;
}

async function read(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  try {
    return JSON.parse(Buffer.concat(parts).toString());
  } catch {
    return {};
  }
}

export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

type Body = Record<string, unknown>;

function chat(
  { messages, stream, stream_options }: Body,
  response: ServerResponse,
  usageOf: ModelServer['usageOf'],
): void {
  const turn = (messages as { role: string }[]).filter(({ role }) => role === 'assistant').length + 1;
  const { input, output } = usageOf(turn);
  const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
  const call = { id: `call_${turn}`, type: 'function', function: { name: 'step', arguments: `{"n":${turn}}` } };
  const isLast = turn >= TURNS;
  const message = isLast
    ? { role: 'assistant', content: 'done', refusal: null }
    : { role: 'assistant', content: null, refusal: null, tool_calls: [call] };
  const reason = isLast ? 'stop' : 'tool_calls';
  const head = { id: `chat-${turn}`, created: 1, model: 'gpt-test' };
  if (!stream) {
    json(response, {
      ...head,
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: reason, logprobs: null }],
      usage,
    });
    return;
  }
  const withUsage = (stream_options as { include_usage?: boolean } | undefined)?.include_usage;
  const chunk = (delta: unknown, finish_reason: string | null = null) => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason }],
    ...(withUsage ? { usage: null } : {}),
  });
  const deltas = isLast
    ? [{ role: 'assistant', content: 'do' }, { content: 'ne' }]
    : [{ role: 'assistant', content: null, tool_calls: [{ index: 0, ...call }] }];
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const delta of deltas) event(response, chunk(delta));
  event(response, chunk({}, reason));
  if (withUsage) event(response, { ...head, object: 'chat.completion.chunk', choices: [], usage });
  response.end('data: [DONE]\n\n');
}

function event(response: ServerResponse, data: unknown): void {
  response.write(`data: ${JSON.stringify(data)}\n\n`);
}

function respond({ input, stream, tools }: Body, response: ServerResponse, usageOf: ModelServer['usageOf']): void {
  const turn = (Array.isArray(input) ? input : []).filter((item) => item.type === 'function_call').length + 1;
  const used = usageOf(turn);
  // Its first turn hands over, where there is somebody to hand over to.
  const named = (Array.isArray(tools) ? tools : []).map(({ name }) => String(name));
  const other = turn === 1 ? named.find((name) => name.startsWith('transfer_to_')) : undefined;
  const output =
    turn >= TURNS
      ? [
          {
            id: 'msg_1',
            type: 'message',
            role: 'assistant',
            status: 'completed',
            content: [{ type: 'output_text', text: 'done', annotations: [] }],
          },
        ]
      : [
          {
            id: `fc_${turn}`,
            type: 'function_call',
            call_id: `call_${turn}`,
            name: other ?? 'step',
            arguments: other ? '{}' : `{"n":${turn}}`,
            status: 'completed',
          },
        ];
  const answer = {
    id: `resp_${turn}`,
    object: 'response',
    created_at: 1,
    status: 'completed',
    model: 'gpt-test',
    output,
    usage: { input_tokens: used.input, output_tokens: used.output, total_tokens: used.input + used.output },
  };
  if (!stream) {
    json(response, answer);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (type: string, data: object) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  send('response.created', { response: { ...answer, status: 'in_progress', output: [], usage: null } });
  send('response.output_item.added', { output_index: 0, item: output[0] });
  send('response.output_item.done', { output_index: 0, item: output[0] });
  send('response.completed', { response: answer });
  response.end();
}
