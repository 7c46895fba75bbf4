// An adapter for the client of @anthropic-ai/sdk: each message that it creates is a call.
import { BudgetExceededError, UncountableCallError, UsageError, wait } from '@reprise/core';
import { call, callStream, type Question, type WaitToolOptions, waitToolParts } from '@reprise/core/adapter';

type Message = { readonly model?: string; readonly usage?: object };
type Fetch = (url: string | URL | Request, init?: RequestInit) => Promise<Response>;

const DURABLE = Symbol.for('reprise.anthropic.fetch');

/** Makes a client durable, in place: messages that were answered are served from the journal on resume. */
export function durable<Client extends object>(client: Client): Client {
  const inside = client as { fetch?: Fetch };
  const { fetch } = inside;
  if (!fetch || !('messages' in client)) throw new UsageError('durable() takes a client: durable(new Anthropic()).');
  if (!(DURABLE in fetch)) inside.fetch = Object.defineProperty(durableFetch(fetch), DURABLE, { value: true });
  return client;
}

function durableFetch(fetch: Fetch): Fetch {
  return async (url, init) => {
    if (!/\/v1\/messages(\?|$)/.test(String(url)) || typeof init?.body !== 'string') return fetch(url, init);
    const input = JSON.parse(init.body);
    const spec = {
      ...{ kind: 'llm' as const, name: 'messages', input, asks: { provider: 'anthropic', model: input.model } },
      // A changed system prompt or tool is drift; another conversation is another call.
      shape: input.messages,
    };
    const send = () => answered(fetch, url, init);
    try {
      if (input.stream) return await streamed(callStream({ ...spec, run: () => blocksOf(send()), usage, isTerminal }));
      const run = async () => (await send()).json() as Promise<Message>;
      return Response.json(await call({ ...spec, run, usage: (message) => usageOf(message, message.usage) }));
    } catch (error) {
      return refused(error);
    }
  };
}

/** An answer that is no success must not be served as one: inside of the call it is an error. */
async function answered(...[fetch, url, init]: [Fetch, ...Parameters<Fetch>]): Promise<Response> {
  const response = await fetch(url, init);
  if (response.ok) return response;
  const { status } = response;
  throw Object.assign(new Error(`Anthropic answered with ${status}`), { status, body: await response.text() });
}

/** What the client is to see of such an error, also of one that comes from the journal: the answer itself. */
function refused(error: unknown): Response {
  if (BudgetExceededError.isInstance(error) || UncountableCallError.isInstance(error)) {
    const { code: type, message } = error;
    return Response.json({ error: { type, message } }, { status: 402, headers: { 'x-should-retry': 'false' } });
  }
  const { status, body } = error as { status?: number; body?: string };
  if (status === undefined || body === undefined) throw error;
  return new Response(body, { status, headers: { 'content-type': 'application/json' } });
}

async function* blocksOf(answer: Promise<Response>): AsyncGenerator<string> {
  let text = '';
  for await (const part of (await answer).body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (text + part).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) yield `${block}\n\n`;
    if (blocks.some(isTerminal)) return;
  }
  throw new Error('The stream of a message broke off.');
}

const isTerminal = (block: string) => block.startsWith('event: message_stop');

/** Has a refused request throw here; else the blocks go to the client as they come. */
async function streamed(blocks: AsyncIterable<string>): Promise<Response> {
  await blocks[Symbol.asyncIterator]().next();
  const body = ReadableStream.from(blocks).pipeThrough(new TextEncoderStream());
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

/** The first block has the model and the input, the last but one the output. */
function usage(blocks: readonly string[]) {
  const data = blocks.map((block) => JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? '{}'));
  const message: Message | undefined = data.find(({ type }) => type === 'message_start')?.message;
  return message && usageOf(message, Object.assign({}, message.usage, ...data.map(({ usage }) => usage)));
}

const usageOf = ({ model }: Message, usage?: object) => usage && { provider: 'anthropic', model, ...usage };

/** Tools whose results are recorded. */
export function durableTools<Tools extends Record<string, (input: never) => unknown>>(tools: Tools): Tools {
  const durable = (name: string) => (input: never) =>
    call({ kind: 'tool', name, input, run: () => tools[name]?.(input) });
  return Object.fromEntries(Object.keys(tools).map((name) => [name, durable(name)])) as Tools;
}

/** A tool with which the model asks a person: for `tools` of a request, and of the client's `toolRunner`. */
export function waitTool(options: WaitToolOptions<unknown> = {}) {
  const { name, description, parameters, asked } = waitToolParts(options);
  const run = async (question: Question) => JSON.stringify(await wait(name, asked(question)));
  return { name, description, input_schema: parameters, run, parse: (input: unknown) => input as Question };
}
