import { Agent, type MCPServer, Runner, setDefaultOpenAIClient, setTracingDisabled, tool } from '@openai/agents';
import { Reprise, WaitingError, wait } from '@reprise/core';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { durable, durableAgent, durableRunner } from '../src/index.ts';
import { json, type ModelServer, startServer } from './server.ts';

let server: ModelServer;

// The SDK keeps the first client that it was given, so there is one server for all.
beforeAll(async () => {
  server = await startServer();
  setTracingDisabled(true);
  setDefaultOpenAIClient(durable(new OpenAI({ baseURL: server.url, apiKey: 'none' })) as never);
});

beforeEach(() => {
  server.seen.length = 0;
});

afterAll(() => server.close());

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

/** Answers each request with the outputs that the script has for whoever asks, told by the agent's instructions. */
function script(lines: Record<string, object[]>): void {
  const next: Record<string, number> = {};
  server.onRequest = (n, response) => {
    const who = String(server.seen[n - 1]?.body.instructions);
    const at = next[who] ?? 0;
    next[who] = at + 1;
    const output = [lines[who]?.[at]];
    json(response, { id: `resp_${n}`, object: 'response', status: 'completed', model: 'gpt-test', output });
    return true;
  };
}

const says = (text: string) => {
  const content = [{ type: 'output_text', text, annotations: [] }];
  return { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content };
};

const calls = (name: string, input: object) => ({
  id: 'fc_1',
  type: 'function_call',
  call_id: `call_${name}`,
  name,
  arguments: JSON.stringify(input),
  status: 'completed',
});

/** Runs the program until it fails at its end, and once more. */
async function twice(program: () => Promise<unknown>) {
  const reprise = new Reprise({ store: 'memory:' });
  const outcomes: unknown[] = [];
  const flow = reprise.flow('agent', async () => {
    outcomes.push(await program());
    if (outcomes.length === 1) throw new Error('stop');
  });
  await expect((await flow.start(undefined, { id: 'x' })).result()).rejects.toThrow('stop');
  const first = server.seen.length;
  await (await flow.start(undefined, { id: 'x' })).result();
  const { journal } = await reprise.executions.get('x');
  await reprise.close();
  return { outcomes, first, second: server.seen.length - first, tools: journal.filter(({ kind }) => kind === 'tool') };
}

test('an agent that is a tool is one call, with its own requests inside', async () => {
  script({ outer: [calls('ask_inner', { input: 'hello' }), says('done')], inner: [says('from the inner one')] });
  const { outcomes, first, second, tools } = await twice(async () => {
    const inner = new Agent({ name: 'inner', instructions: 'inner', model: 'gpt-test' });
    const asked = inner.asTool({ toolName: 'ask_inner', toolDescription: 'Asks.' });
    const outer = new Agent({ name: 'outer', instructions: 'outer', model: 'gpt-test', tools: [asked] });
    return (await durableRunner(new Runner()).run(outer, 'go')).finalOutput;
  });
  expect(outcomes).toEqual(['done', 'done']);
  expect([first, second]).toEqual([3, 0]);
  expect(tools).toMatchObject([{ name: 'ask_inner', output: 'from the inner one' }]);
});

test('a tool of an MCP server is a call', async () => {
  script({ outer: [calls('search', { text: 'otters' }), says('done')] });
  let searches = 0;
  const inputSchema = {
    type: 'object' as const,
    properties: { text: { type: 'string' } },
    required: ['text'],
    additionalProperties: false,
  };
  const library: MCPServer = {
    name: 'library',
    cacheToolsList: false,
    connect: async () => {},
    close: async () => {},
    invalidateToolsCache: async () => {},
    listTools: async () => [{ name: 'search', description: 'Searches.', inputSchema }],
    callTool: async () => {
      searches++;
      return [{ type: 'text', text: 'found' }];
    },
  };
  const { outcomes, second, tools } = await twice(async () => {
    const agent = new Agent({ name: 'outer', instructions: 'outer', model: 'gpt-test', mcpServers: [library] });
    return (await durableRunner(new Runner()).run(agent, 'go')).finalOutput;
  });
  expect(outcomes).toEqual(['done', 'done']);
  expect([second, searches]).toEqual([0, 1]);
  expect(tools).toMatchObject([{ name: 'search', input: { text: 'otters' } }]);
});

test('a tool that needs approval runs once, after a wait of its flow was answered', async () => {
  script({ outer: [calls('pay', { dollars: 5 }), says('done')] });
  const paid: number[] = [];
  const reprise = new Reprise({ store: 'memory:' });
  const flow = reprise.flow('agent', async () => {
    const pay = tool({
      name: 'pay',
      description: 'Pays.',
      parameters: z.object({ dollars: z.number() }),
      needsApproval: true,
      execute: async ({ dollars }) => {
        paid.push(dollars);
        return 'paid';
      },
    });
    const agent = new Agent({ name: 'outer', instructions: 'outer', model: 'gpt-test', tools: [pay] });
    const runner = durableRunner(new Runner());
    let result = await runner.run(agent, 'go');
    while (result.interruptions.length > 0) {
      const answer = await wait('approve');
      for (const interruption of result.interruptions) {
        if (answer === 'yes') result.state.approve(interruption);
        else result.state.reject(interruption);
      }
      result = await runner.run(agent, result.state);
    }
    return result.finalOutput;
  });
  await expect((await flow.start(undefined, { id: 'x' })).result()).rejects.toThrow(WaitingError);
  expect([server.seen.length, paid]).toEqual([1, []]);
  await reprise.waits.answer('x', 'approve', 'yes');
  expect(await (await flow.start(undefined, { id: 'x' })).result()).toBe('done');
  expect([server.seen.length, paid]).toEqual([2, [5]]);
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
