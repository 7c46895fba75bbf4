// A model behind OpenAI's chat-completions protocol, spoken to with plain `fetch`. Each request is one durable call
// of the kind `llm`, recorded with the tokens that the provider says were used.

import { call } from '@reprise/core/adapter';
import { z } from 'zod';

const MODEL = process.env.OPENAI_MODEL ?? 'gpt-5-mini';

export interface ToolCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
}

export interface Message {
  role: 'system' | 'user' | 'assistant' | 'tool';
  content: string | null;
  tool_calls?: ToolCall[];
  tool_call_id?: string;
}

export interface Tool {
  name: string;
  description: string;
  parameters: z.ZodObject<{ query: z.ZodString }>;
}

export interface ChatRequest {
  model: string;
  messages: readonly Message[];
  tools?: { type: 'function'; function: { name: string; description: string; parameters: unknown } }[];
  response_format?: { type: 'json_schema'; json_schema: { name: string; strict: boolean; schema: unknown } };
}

export interface Completion {
  model: string;
  choices: { message: Message }[];
  usage: { prompt_tokens: number; completion_tokens: number };
}

/** Asks the model: once. When the execution is resumed, the recorded reply is served. */
export async function chat(
  name: string,
  messages: readonly Message[],
  { tools, schema }: { tools?: Tool[]; schema?: z.ZodType } = {},
): Promise<Message> {
  const request: ChatRequest = { model: MODEL, messages };
  if (tools) request.tools = tools.map(describeTool);
  if (schema) request.response_format = describeFormat(name, schema);

  const { choices } = await call<Completion>({
    kind: 'llm',
    name,
    input: request,
    run: ({ signal }) => post('/chat/completions', request, signal),
    usage: ({ model, usage }) => ({
      model,
      inputTokens: usage.prompt_tokens,
      outputTokens: usage.completion_tokens,
    }),
    retry: { attempts: 3, retryOn: isTemporary },
  });
  const message = choices[0]?.message;
  if (!message) throw new Error('The model gave no choice.');
  return message;
}

function describeTool({ name, description, parameters }: Tool): NonNullable<ChatRequest['tools']>[number] {
  return { type: 'function', function: { name, description, parameters: z.toJSONSchema(parameters) } };
}

function describeFormat(name: string, schema: z.ZodType): NonNullable<ChatRequest['response_format']> {
  return { type: 'json_schema', json_schema: { name, strict: true, schema: z.toJSONSchema(schema) } };
}

class ModelError extends Error {
  readonly status: number;

  constructor(status: number, text: string) {
    super(`The model answered with status ${status}: ${text}`);
    this.status = status;
  }
}

function isTemporary(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof ModelError && (error.status === 429 || error.status >= 500));
}

async function post(path: string, body: ChatRequest, signal: AbortSignal): Promise<Completion> {
  const base = process.env.OPENAI_BASE_URL ?? 'https://api.openai.com/v1';
  const response = await fetch(base + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${process.env.OPENAI_API_KEY ?? ''}` },
    body: JSON.stringify(body),
    signal,
  });
  if (!response.ok) throw new ModelError(response.status, await response.text());
  return (await response.json()) as Completion;
}
