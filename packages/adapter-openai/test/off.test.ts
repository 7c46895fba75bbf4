import { Agent, Runner, setDefaultOpenAIClient, setTracingDisabled, tool } from '@openai/agents';
import { configure, UsageError } from '@reprise/core';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { durable, durableRunner, durableTools, waitTool } from '../src/index.ts';
import { json, type ModelServer, startServer } from './server.ts';

let server: ModelServer;

beforeAll(async () => {
  server = await startServer();
  // Whoever opened this would fail.
  configure({ store: 'nowhere:' });
  setTracingDisabled(true);
});
beforeEach(() => {
  vi.stubEnv('REPRISE', 'off');
  server.seen.length = 0;
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => server.close());

const newClient = () => new OpenAI({ baseURL: server.url, apiKey: 'none', maxRetries: 0 });
const asked = { model: 'gpt-test', messages: [{ role: 'user' as const, content: 'go' }] };
const described = { description: 'A step.', parameters: { type: 'object', properties: { n: { type: 'number' } } } };

/** What the server got and the client gave: an answer in one piece, a stream, and a refusal. */
async function conversation(client: OpenAI) {
  server.seen.length = 0;
  const chunks: unknown[] = [];
  const answer = await client.chat.completions.create(asked).withResponse();
  for await (const chunk of await client.chat.completions.create({ ...asked, stream: true })) chunks.push(chunk);
  const { status, error } = await client.images.generate({ prompt: 'an otter' }).catch((refused) => refused);
  const { data, response } = answer;
  const headers = [...response.headers.keys()];
  return { data, headers, chunks, refused: { status, error }, seen: [...server.seen] };
}

test('a client gives what it gives without Reprise, and nothing is stored', async () => {
  const [client, plain] = [durable(newClient(), { streamUsage: true }), newClient()];
  expect(await conversation(client)).toEqual(await conversation(plain));
  vi.stubEnv('REPRISE', 'on');
  const refused = await client.chat.completions.create(asked).catch((error) => error);
  expect(refused.cause.message).toMatch('nowhere:');
});

test('a word that is none is refused where the client is wrapped', () => {
  vi.stubEnv('REPRISE', 'no');
  expect(() => durable(newClient())).toThrow("REPRISE is 'on' or 'off'; it was 'no'. Unset it to have Reprise on.");
});

test('a tool is run as it is, each time', async () => {
  const runs: number[] = [];
  const step = async ({ n }: { n: number }) => `result ${runs.push(n)}`;
  const tools = durableTools({ step });
  expect([await tools.step({ n: 1 }), await tools.step({ n: 1 })]).toEqual(['result 1', 'result 2']);

  runs.length = 0;
  const client = durable(newClient());
  const runnable = { type: 'function' as const, function: { ...described, function: step, parse: JSON.parse } };
  await client.chat.completions.runTools({ ...asked, tools: [runnable as never] }).finalContent();
  const ofRunTools = [...runs];
  runs.length = 0;
  setDefaultOpenAIClient(client as never);
  const own = tool({ name: 'step', description: 'A step.', parameters: z.object({ n: z.number() }), execute: step });
  const { invoke } = own;
  await durableRunner(new Runner()).run(new Agent({ name: 'worker', model: 'gpt-test', tools: [own] }), 'go');
  expect(runs).toEqual(ofRunTools);
  expect(runs).toEqual([1, 2, 3, 4, 5]);
  expect(own.invoke).toBe(invoke);
});

test('a question to a person fails as a tool does, and says why', async () => {
  const ask = waitTool({ name: 'approve' });
  const error = await ask.function.function({ question: 'Sure?' }).catch((refused) => refused);
  expect(error).toBeInstanceOf(UsageError);
  expect(error.message).toMatch(/^REPRISE=off is set, so there is nobody who could answer wait 'approve'\. /);
  server.onRequest = (n, response) => {
    server.onRequest = () => false;
    const call = { id: 'call_1', type: 'function', function: { name: 'approve', arguments: '{"question":"Sure?"}' } };
    const message = { role: 'assistant', content: null, tool_calls: [call] };
    json(response, { id: `c${n}`, object: 'chat.completion', choices: [{ index: 0, finish_reason: 'stop', message }] });
    return true;
  };
  const running = durable(newClient()).chat.completions.runTools({ ...asked, tools: [ask as never] });
  await expect(running.finalContent()).rejects.toThrow(/^REPRISE=off is set/);
});
