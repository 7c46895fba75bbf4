import { Agent, Runner, setDefaultOpenAIClient, setTracingDisabled, tool } from '@openai/agents';
import { Reprise } from '@reprise/core';
import OpenAI from 'openai';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { durable, durableAgent, durableRunner, waitTool } from '../src/index.ts';
import { json, type ModelServer, startServer } from './server.ts';

let server: ModelServer;

beforeEach(async () => {
  setTracingDisabled(true);
  server = await startServer();
});

afterEach(() => server.close());

test('a tool that is called three times at once is three calls, and keeps its invoke', async () => {
  // The first turn asks for the tool three times, the second one ends.
  server.onRequest = (n, response) => {
    const call = (id: number) => ({
      id: `fc_${id}`,
      type: 'function_call',
      call_id: `call_${id}`,
      name: 'double',
      arguments: `{"n":${id}}`,
      status: 'completed',
    });
    const content = [{ type: 'output_text', text: 'done', annotations: [] }];
    const message = { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content };
    const output = n === 1 ? [call(1), call(2), call(3)] : [message];
    json(response, { id: `resp_${n}`, object: 'response', status: 'completed', model: 'gpt-test', output });
    return true;
  };
  setDefaultOpenAIClient(durable(new OpenAI({ baseURL: server.url, apiKey: 'none' })) as never);
  const ran: number[] = [];
  const double = tool({
    name: 'double',
    description: 'Doubles.',
    parameters: z.object({ n: z.number() }),
    execute: async ({ n }) => {
      ran.push(n);
      return n * 2;
    },
  });
  const { invoke } = double;
  const reprise = new Reprise({ store: 'memory:' });
  let isFirst = true;
  const flow = reprise.flow('agent', async () => {
    const agent = new Agent({ name: 'worker', model: 'gpt-test', tools: [double] });
    const { finalOutput } = await durableRunner(new Runner()).run(agent, 'go');
    if (isFirst) {
      isFirst = false;
      throw new Error('stop');
    }
    return finalOutput;
  });
  await expect((await flow.start(undefined, { id: 'x' })).result()).rejects.toThrow('stop');
  expect(await (await flow.start(undefined, { id: 'x' })).result()).toBe('done');
  expect(ran.sort()).toEqual([1, 2, 3]);
  expect(double.invoke).toBe(invoke);
  expect(server.seen).toHaveLength(2);
  const { journal } = await reprise.executions.get('x');
  expect(journal.filter(({ kind }) => kind === 'tool').map(({ input, output }) => [input, output])).toEqual([
    [{ n: 1 }, 2],
    [{ n: 2 }, 4],
    [{ n: 3 }, 6],
  ]);
  await reprise.close();
});

test('the same agent or runner comes back, of the same type; anything else is refused', () => {
  const runner = new Runner();
  const same: Runner = durableRunner(durableRunner(runner));
  expect(same).toBe(runner);
  const agent = new Agent({ name: 'a' });
  const round = new Agent({ name: 'b', handoffs: [agent] });
  agent.handoffs.push(round);
  expect(durableAgent(agent)).toBe(agent);
  // @ts-expect-error a client is no runner
  expect(() => durableRunner(new OpenAI({ apiKey: 'none' }))).toThrow('durableRunner() takes a Runner');
  // @ts-expect-error nor is it an agent
  expect(() => durableAgent(new OpenAI({ apiKey: 'none' }))).toThrow('durableAgent() takes an Agent');
});

test('a tool that asks a person sends nothing to the model but what describes it', () => {
  const ask = waitTool({ name: 'approve', description: 'Asks.' });
  expect(Object.keys(JSON.parse(JSON.stringify(ask)))).toEqual(['type', 'function']);
  const agent = new Agent({ name: 'a', tools: [ask] });
  expect(agent.tools[0]).toBe(ask);
});
