// An adapter for the client of @anthropic-ai/sdk: each message that it creates is a call.
import { BudgetExceededError, UncountableCallError, UsageError, wait } from '@reprise/core';
import type { CallContext, Question, ToolPolicies, WaitToolOptions } from '@reprise/core/adapter';
import { call, callStream, carryFailure, checkPolicies, waitToolParts } from '@reprise/core/adapter';

type Message = { readonly model?: string; readonly usage?: object };
type Refusal = Error & { readonly status?: number; readonly headers: [string, string][]; readonly body: string };
type Fetch = (url: string | URL | Request, init?: RequestInit) => Promise<Response>;

const DURABLE = Symbol.for('reprise.anthropic.fetch');
const ABORTED = 'RequestAbortedError';

/** Makes a client durable, in place: messages that were answered are served from the journal on resume. */
export function durable<Client extends object>(client: Client): Client {
  const inside = client as { fetch?: Fetch };
  const { fetch } = inside;
  if (!fetch || !('messages' in client)) throw new UsageError('durable() takes a client: durable(new Anthropic()).');
  if (!(DURABLE in fetch)) inside.fetch = Object.defineProperty(durableFetch(fetch), DURABLE, { value: true });
  return client;
}

function durableFetch(fetch: Fetch): Fetch {
  return async (url, init = {}) => {
    if (!/\/v1\/messages(\?|$)/.test(String(url)) || typeof init.body !== 'string') return fetch(url, init);
    const input = JSON.parse(init.body);
    const spec = {
      ...{ kind: 'llm' as const, name: 'messages', input, asks: { provider: 'anthropic', model: input.model } },
      // A changed system prompt or tool is drift; another conversation is another call.
      shape: input.messages,
    };
    const send = ({ signal }: CallContext) => answered(signal, fetch, url, init);
    try {
      if (!input.stream) {
        const run = async (context: CallContext) => (await send(context)).json() as Promise<Message>;
        return Response.json(await call({ ...spec, run, usage: (message) => usageOf(message, message.usage) }));
      }
      const blocks = callStream({ ...spec, run: (context) => blocksOf(send(context)), usage, isTerminal });
      // Has a refused request throw here; else the blocks go to the client as they come.
      await blocks[Symbol.asyncIterator]().next();
      const body = ReadableStream.from(blocks).pipeThrough(new TextEncoderStream(), init as { signal?: AbortSignal });
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    } catch (error) {
      return refused(error);
    }
  };
}

/** An answer that is no success must not be served as one: inside of the call it is an error. */
async function answered(execution: AbortSignal, ...[fetch, url, init]: [Fetch, string | URL | Request, RequestInit]) {
  // Once the answer has begun it is paid for: who leaves then, leaves it to be recorded.
  const caller = new AbortController();
  const abort = () => caller.abort();
  if (init.signal?.aborted) abort();
  init.signal?.addEventListener('abort', abort);
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.any([execution, caller.signal]) });
    if (response.ok) return response;
    const { status, headers } = response;
    const kept = [...headers].filter(([name]) => /^(content-type|request-id|retry-after.*|x-should.*)$/.test(name));
    const refusal = { status, headers: kept, body: await response.text() };
    throw Object.assign(new Error(`Anthropic answered with ${status}`), refusal);
  } catch (error) {
    // An abort is no outcome. But the client's own timeout is one, too, and then it tries again: that is recorded.
    const isRecorded = (error as Error).name === 'AbortError' && !execution.aborted;
    throw isRecorded ? Object.assign(new Error('The request was aborted.'), { name: ABORTED }) : error;
  } finally {
    init.signal?.removeEventListener('abort', abort);
  }
}

/** What the client is to see of such an error, also of one that comes from the journal: the answer itself. */
function refused(error: unknown): Response {
  if (BudgetExceededError.isInstance(error) || UncountableCallError.isInstance(error)) {
    const { code: type, message } = error;
    return Response.json({ error: { type, message } }, { status: 402, headers: { 'x-should-retry': 'false' } });
  }
  const { name, status, headers, body } = error as Refusal;
  if (name === ABORTED) throw new DOMException('This operation was aborted', 'AbortError');
  if (status === undefined) throw error;
  const response = new Response(body, { status, headers });
  // The client's error has them in it.
  carryFailure(error, response.headers);
  return response;
}

async function* blocksOf(answer: Promise<Response>): AsyncGenerator<string> {
  let text = '';
  for await (const part of (await answer).body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (text + part).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) yield `${block}\n\n`;
    if (blocks.some(isTerminal)) return;
  }
}

const isTerminal = (block: string) => block.startsWith('event: message_stop');

/** The first block has the model and the input, the last but one the output; what is not told is null. */
function usage(blocks: readonly string[]) {
  const data = blocks.map((block) =>
    JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? '{}', (_, told) => told ?? undefined),
  );
  const message: Message | undefined = data.find(({ type }) => type === 'message_start')?.message;
  return message && usageOf(message, Object.assign({}, message.usage, ...data.map(({ usage }) => usage)));
}

const usageOf = ({ model }: Message, usage?: object) => usage && { provider: 'anthropic', model, ...usage };

/** Tools whose results are recorded. */
export function durableTools<T extends Record<string, (input: never) => unknown>>(tools: T, how: ToolPolicies<T> = {}) {
  checkPolicies(how, 'durableTools()', Object.keys(tools));
  const durable = (name: string) => (input: never) =>
    call({ kind: 'tool', name, input, run: () => tools[name]?.(input), ...how[name] });
  return Object.fromEntries(Object.keys(tools).map((name) => [name, durable(name)])) as T;
}

/** A tool with which the model asks a person: for `tools` of a request, and of the client's `toolRunner`. */
export function waitTool(options: WaitToolOptions<unknown> = {}) {
  const { name, description, parameters, asked } = waitToolParts(options);
  const run = async (question: Question) => JSON.stringify(await wait(name, asked(question)));
  return { name, description, input_schema: parameters, run, parse: (input: unknown) => input as Question };
}
