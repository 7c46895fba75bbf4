import { createMCPClient } from '@ai-sdk/mcp';
import { configure, flow, WaitingError, waits } from '@reprise/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { durableTools, waitTool } from '../src/index.ts';
import type { Script } from './model.ts';
import { APPROVING, anything, RELEASES, Setting, sdkOf, text, turns, use } from './setting.ts';

const setting = new Setting();

beforeAll(() => configure({ store: 'memory:' }));
beforeEach(() => setting.begin());
afterAll(() => setting.end());

const METHODS = ['generate', 'stream'] as const;

/** What an agent says, or that it waits. */
async function say(agent: ReturnType<Setting['agent']>, id: string, method: (typeof METHODS)[number]): Promise<string> {
  const result = await agent[method]({ prompt: 'go', id });
  const { status } = await result.execution.ended;
  return status === 'waiting' ? 'waits' : await result.text;
}

describe.each(RELEASES)('with %s', (release) => {
  describe.each(METHODS)('and %s', (method) => {
    test('an agent in a tool asks a person: the agent around it waits, and no model is asked twice', async () => {
      const inner: Script = (step) => (step === 0 ? [use('ask', { question: 'Sure?' })] : [text('It is sure.')]);
      const helper = setting.agent(release, inner, { tools: { ask: waitTool({ name: 'approve' }) }, model: 'inner' });
      let runs = 0;
      const tools = {
        look: { inputSchema: anything, execute: async () => ++runs },
        delegate: {
          inputSchema: anything,
          execute: async () => (await helper.generate({ prompt: 'help' })).text,
        },
      };
      const agent = setting.agent(release, turns(use('look'), use('delegate')), { tools });
      const id = crypto.randomUUID();
      const waiting = async () => {
        const result = await agent[method]({ prompt: 'go', id }).catch((error) => error);
        if (WaitingError.isInstance(result)) return true;
        return result.execution.ended.then(
          () => false,
          (error: unknown) => WaitingError.isInstance(error),
        );
      };
      expect(await waiting()).toBe(true);
      expect(await waiting()).toBe(true);
      await waits.answer(id, 'approve', 'yes');
      expect(await say(agent, id, method)).toMatch(/It is sure\./);
      expect([runs, setting.calls]).toEqual([1, 4]);
    });
  });

  // Version 5 takes what a provider ran only of tools that it was given.
  const isPlain = !APPROVING.includes(release);

  test('what a dynamic tool gave, and what the provider ran itself, is told again', async () => {
    let runs = 0;
    const { dynamicTool } = sdkOf(release);
    const look = dynamicTool({ inputSchema: anything as never, execute: async () => ({ seen: ++runs }) });
    const ran = [
      { type: 'tool-call', toolCallId: 'web', toolName: 'search', input: '{}', providerExecuted: true, dynamic: true },
      { type: 'tool-result', toolCallId: 'web', toolName: 'search', result: { found: new Date(0) }, dynamic: true },
    ] as unknown as ReturnType<Script>;
    const script: Script = (step) => (step === 0 ? [use('look')] : [...(isPlain ? [] : ran), text('Done.')]);
    const agent = setting.agent(release, script, { tools: { look } });
    const id = crypto.randomUUID();
    const first = await agent.generate({ prompt: 'go', id });
    const again = await agent.generate({ prompt: 'go', id });
    expect(again.steps.map(({ content }) => content)).toEqual(first.steps.map(({ content }) => content));
    if (!isPlain) expect(JSON.stringify(first.steps)).toMatch(/1970/);
    expect([runs, setting.calls]).toEqual([1, 2]);
  });

  test('a provider that gives the same ids in each step gets each call its own result, and each question its answer', async () => {
    const look = { inputSchema: anything, execute: async ({ n }: { n: number }) => `seen ${n}` };
    const script: Script = (step, prompt) => {
      if (step === 4) return [text(JSON.stringify(prompt.filter(({ role }) => role === 'tool')))];
      const call = step % 2 === 0 ? use('look', { n: step }) : use('ask', { question: `${step}?` });
      return [{ ...call, toolCallId: 'call_0' } as typeof call];
    };
    for (const inFlow of [false, true]) {
      const tools = { look, ask: waitTool({ name: 'approve' }) };
      const agent = setting.agent(release, script, { tools });
      const id = crypto.randomUUID();
      const work = flow(crypto.randomUUID(), async () => (await agent.generate({ prompt: 'go' })).text);
      const run = async () =>
        inFlow ? (await work.start(undefined, { id })).result().catch(() => 'waits') : say(agent, id, 'generate');
      expect(await run()).toBe('waits');
      await waits.answer(id, 'approve', 'first');
      expect(await run()).toBe('waits');
      await waits.answer(id, 'approve#2', 'second');
      const said = await run();
      expect(said).toMatch(/seen 0.*first.*seen 2.*second/);
      expect(await run()).toBe(said);
    }
    expect(setting.calls).toBe(10);
  });

  test('a tool that is tried again is one call of the model', async () => {
    let runs = 0;
    const refund = {
      inputSchema: anything,
      execute: async () => {
        if (++runs < 3) throw new Error('busy');
        return 'paid';
      },
    };
    const policies = { refund: { retry: { attempts: 3, backoff: 1 } } } as never;
    const agent = setting.agent(release, turns(use('refund')), { tools: { refund }, options: { tools: policies } });
    expect(await say(agent, crypto.randomUUID(), 'generate')).toMatch(/paid/);
    expect([runs, setting.calls]).toEqual([3, 2]);
  });
});

/** A server of the Model Context Protocol with one tool, in this process. */
function library(onCall: () => string) {
  const transport = {
    onmessage: undefined as ((message: object) => void) | undefined,
    start: async () => {},
    close: async () => {},
    async send({ id, method }: { id?: number; method?: string }) {
      const reply = (result: object) => queueMicrotask(() => transport.onmessage?.({ jsonrpc: '2.0', id, result }));
      if (method === 'initialize') {
        const serverInfo = { name: 'library', version: '1' };
        reply({ protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo });
      } else if (method === 'tools/list') {
        reply({ tools: [{ name: 'lookUp', inputSchema: { type: 'object', properties: {} } }] });
      } else if (method === 'tools/call') reply({ content: [{ type: 'text', text: onCall() }] });
    },
  };
  return transport;
}

test('a tool of an MCP server is asked once', async () => {
  let runs = 0;
  const client = await createMCPClient({ transport: library(() => `page ${++runs}`) as never });
  const agent = setting.agent('ai', turns(use('lookUp')), { tools: await client.tools() });
  const id = crypto.randomUUID();
  expect(await say(agent, id, 'stream')).toMatch(/page 1/);
  expect(await say(agent, id, 'generate')).toMatch(/page 1/);
  expect([runs, setting.calls]).toEqual([1, 2]);
  await client.close();
});

test('durableTools records tools where the loop is your own', async () => {
  let runs = 0;
  const tools = durableTools({
    look: { execute: async ({ at }: { at: string }, _call: { toolCallId: string }) => `${at} ${++runs}` },
  });
  let attempt = 0;
  const work = flow('own-loop', async () => {
    const seen = await tools.look.execute({ at: 'sea' }, { toolCallId: 'one' });
    if (++attempt === 1) throw new Error('away');
    return seen;
  });
  await expect((await work.start(undefined, { id: 'own-loop' })).result()).rejects.toThrow('away');
  expect(await (await work.start(undefined, { id: 'own-loop' })).result()).toBe('sea 1');
});

test('durableTools takes policies, and none for a tool that there is not', async () => {
  let runs = 0;
  const refund = {
    async execute(_: object, _call: { toolCallId: string }) {
      if (++runs === 1) throw new Error('busy');
      return 'paid';
    },
  };
  const tools = durableTools({ refund }, { refund: { retry: { attempts: 2, backoff: 1 } } });
  const work = flow('with-policies', async () => tools.refund.execute({}, { toolCallId: 'one' }));
  expect(await (await work.start()).result()).toBe('paid');
  expect(() => durableTools({ refund }, { refnd: { effect: 'once' } } as never)).toThrow(
    /tools of durableTools\(\) has no option 'refnd'. It takes: refund/,
  );
});
