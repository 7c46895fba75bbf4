import { configure, executions, flow, type OpenWait, WaitingError, waits } from '@reprise/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Script } from './model.ts';
import { APPROVING, anything, Setting, text, turns, use } from './setting.ts';

const setting = new Setting();

beforeAll(() => configure({ store: 'memory:' }));
beforeEach(() => setting.begin());
afterAll(() => setting.end());

const open = async (id: string): Promise<OpenWait[]> => waits.list({ execution: id });

/** A tool that counts how often it has run. */
function counted(needsApproval?: unknown) {
  const tool = { inputSchema: anything, runs: 0, needsApproval, execute: async () => `paid ${++tool.runs}` };
  return tool;
}

describe.each(APPROVING)('with %s', (release) => {
  const script = turns(use('refund', { order: 7 }));

  describe.each(['generate', 'stream'] as const)('an agent that asks whether a tool may run, with %s', (method) => {
    async function ask(agent: ReturnType<Setting['agent']>, id: string): Promise<string> {
      const result = await agent[method]({ prompt: 'go', id });
      const { status } = await result.execution.ended;
      return status === 'waiting' ? 'waits' : await result.text;
    }

    test('waits, runs it once it is allowed, and asks the model nothing twice', async () => {
      const refund = counted(true);
      const agent = setting.agent(release, script, { tools: { refund } });
      const id = crypto.randomUUID();
      expect(await ask(agent, id)).toBe('waits');
      expect(await ask(agent, id)).toBe('waits');
      const [wait] = await open(id);
      expect(wait).toMatchObject({ name: 'approve-refund', question: `May the tool 'refund' run with {"order":7}?` });
      expect(refund.runs).toBe(0);
      await expect(waits.answer(id, 'approve-refund', 'well')).rejects.toThrow(
        /true, false, or \{ approved, reason \}/,
      );
      await waits.answer(id, 'approve-refund', true);
      expect(await ask(agent, id)).toMatch(/paid 1/);
      expect(await ask(agent, id)).toMatch(/paid 1/);
      expect([refund.runs, setting.calls]).toEqual([1, 2]);
    });

    test('tells the model that it was denied, and why, and does not run it', async () => {
      const refund = counted(({ order }: { order: number }) => order === 7);
      const agent = setting.agent(release, script, { tools: { refund } });
      const denied = crypto.randomUUID();
      expect(await ask(agent, denied)).toBe('waits');
      await waits.answer(denied, 'approve-refund', { approved: false, reason: 'too much' });
      expect(await ask(agent, denied)).toMatch(/execution-denied.*too much/);
      const rejected = crypto.randomUUID();
      expect(await ask(agent, rejected)).toBe('waits');
      await waits.reject(rejected, 'approve-refund', { reason: 'not today' });
      expect(await ask(agent, rejected)).toMatch(/execution-denied.*not today/);
      expect(refund.runs).toBe(0);
    });

    test('asks about two calls of one step, each by itself, and runs a third that needs nobody once', async () => {
      const tools = { refund: counted(true), look: counted() };
      const agent = setting.agent(release, turns(use('refund'), use('look'), use('refund')), { tools });
      const id = crypto.randomUUID();
      expect(await ask(agent, id)).toBe('waits');
      expect((await open(id)).map(({ name }) => name).sort()).toEqual(['approve-refund', 'approve-refund#2']);
      await waits.answer(id, 'approve-refund#2', false);
      expect(await ask(agent, id)).toBe('waits');
      await waits.answer(id, 'approve-refund', true);
      const said = await ask(agent, id);
      expect([said.match(/paid 1/g)?.length, said.match(/denied/g)?.length]).toEqual([2, 1]);
      expect([tools.refund.runs, tools.look.runs, setting.calls]).toEqual([1, 1, 2]);
    });
  });

  test('a tool that needs no approval this time runs at once', async () => {
    const refund = counted(() => false);
    const agent = setting.agent(release, script, { tools: { refund } });
    expect((await agent.generate({ prompt: 'go', id: crypto.randomUUID() })).text).toMatch(/paid 1/);
  });

  test.each(['generate', 'stream'] as const)(
    'a provider that gives the same ids again does not approve twice, with %s',
    async (method) => {
      const refund = counted(true);
      const again: Script = (step) =>
        step === 2 ? [text('Done.')] : [{ ...use('refund', { order: step }), toolCallId: 'call_0' } as never];
      const agent = setting.agent(release, again, { tools: { refund } });
      const id = crypto.randomUUID();
      const status = async () => (await (await agent[method]({ prompt: 'go', id })).execution.ended).status;
      expect(await status()).toBe('waiting');
      await waits.answer(id, 'approve-refund', true);
      expect(await status()).toBe('waiting');
      expect(await status()).toBe('waiting');
      await waits.answer(id, 'approve-refund#2', false);
      expect(await status()).toBe('completed');
      expect([refund.runs, setting.calls]).toEqual([1, 3]);
      const { steps } = await agent.generate({ prompt: 'go', id });
      expect(JSON.stringify(steps)).toMatch(/paid 1.*denied/);
    },
  );

  test.each(['generate', 'stream'] as const)('in a flow the flow waits, with %s', async (method) => {
    const refund = counted(true);
    const agent = setting.agent(release, script, { tools: { refund } });
    const work = flow(crypto.randomUUID(), async () => (await agent[method]({ prompt: 'go' })).text);
    const id = crypto.randomUUID();
    const run = async () => (await work.start(undefined, { id })).result();
    await expect(run()).rejects.toSatisfy((error) => WaitingError.isInstance(error));
    await waits.answer(id, 'approve-refund', true);
    expect(await run()).toMatch(/paid 1/);
    expect([refund.runs, setting.calls]).toEqual([1, 2]);
  });

  test('what a client has answered in its messages is not asked again', async () => {
    const refund = counted(true);
    const agent = setting.agent(release, () => [text('Done.')], { tools: { refund } });
    const call = { toolCallId: 'call_0', toolName: 'refund', input: {} };
    const messages = [
      { role: 'user', content: 'go' },
      {
        role: 'assistant',
        content: [
          { type: 'tool-call', ...call },
          { type: 'tool-approval-request', approvalId: 'a', toolCallId: 'call_0' },
        ],
      },
      { role: 'tool', content: [{ type: 'tool-approval-response', approvalId: 'a', approved: true }] },
    ] as never;
    const work = flow(crypto.randomUUID(), async () => (await agent.generate({ messages })).text);
    expect(await work()).toBe('Done.');
    const id = crypto.randomUUID();
    expect((await (await agent.generate({ messages, id })).execution.ended).status).toBe('completed');
    expect([refund.runs, setting.calls]).toEqual([2, 2]);
  });

  test('a tool of the client that was denied does not reach the client as allowed', async () => {
    const tool = { inputSchema: anything, needsApproval: true };
    const agent = setting.agent(release, script, { tools: { refund: tool } });
    const id = crypto.randomUUID();
    const tell = async () => {
      const chunks: string[] = [];
      const result = await agent.stream({ prompt: 'go', id });
      for await (const chunk of result.toUIMessageStream()) chunks.push(chunk.type);
      await result.execution.ended.catch(() => {});
      return chunks;
    };
    await tell();
    await waits.answer(id, 'approve-refund', false);
    const chunks = await tell();
    expect(chunks.includes('tool-output-denied') || chunks.includes('tool-approval-request')).toBe(true);
  });

  test('a stream that ends at an approval is no abort, however long a callback takes', async () => {
    let ends = 0;
    const onStepFinish = () => new Promise((resolve) => setTimeout(resolve, 100));
    const settings = { onStepFinish, onFinish: () => ends++ };
    const agent = setting.agent(release, script, { tools: { refund: counted(true) }, settings });
    const result = await agent.stream({ prompt: 'go', id: crypto.randomUUID() });
    const chunks: string[] = [];
    for await (const chunk of result.toUIMessageStream()) chunks.push(chunk.type);
    expect((await result.execution.ended).status).toBe('waiting');
    expect(chunks.at(-1)).toBe('finish');
  });

  test('nobody is asked about a call whose request is made anew: it is recorded first', async () => {
    let isCut = true;
    const model = setting.model(release, script) as { doStream(options: unknown): Promise<{ stream: ReadableStream }> };
    const { doStream } = model;
    // The first answer ends behind its tool call, before its finish.
    model.doStream = async (options) => {
      const { stream } = await doStream(options);
      if (!isCut) return { stream };
      isCut = false;
      const reader = stream.getReader();
      const cut = new ReadableStream({
        async pull(controller) {
          const { value } = await reader.read();
          if (value.type === 'finish') controller.error(new Error('cut off'));
          else controller.enqueue(value);
        },
      });
      return { stream: cut };
    };
    const agent = setting.agent(release, script, { tools: { refund: counted(true) }, settings: { model } });
    const id = crypto.randomUUID();
    const first = await agent.stream({ prompt: 'go', id });
    await first.consumeStream();
    await expect(first.execution.ended).rejects.toThrow('cut off');
    expect((await executions.get(id)).journal.filter(({ kind }) => kind === 'wait')).toEqual([]);
    const second = await agent.stream({ prompt: 'go', id });
    expect((await second.execution.ended).status).toBe('waiting');
    expect(await open(id)).toHaveLength(1);
  });
});

describe.each(APPROVING.filter((release) => !release.startsWith('ai6')))('with toolApproval of %s', (release) => {
  const script: Script = (step) =>
    step === 0 ? [use('refund', { order: 7 }), use('close'), use('look')] : [text('Done.')];

  const settings = {
    'by their names': {
      refund: 'user-approval',
      close: () => ({ type: 'denied', reason: 'never' }),
      look: 'not-applicable',
    },
    'in one function': ({ toolCall }: { toolCall: { toolName: string } }) =>
      ({ refund: { type: 'user-approval', reason: 'It is much.' }, close: 'denied' })[toolCall.toolName],
  };

  test.each(Object.entries(settings))('tools are approved %s', async (_, toolApproval) => {
    // What the setting says goes before what the tool says.
    const tools = { refund: counted(false), close: counted(), look: counted() };
    const agent = setting.agent(release, script, { tools, settings: { toolApproval } });
    const id = crypto.randomUUID();
    expect((await (await agent.generate({ prompt: 'go', id })).execution.ended).status).toBe('waiting');
    expect((await open(id)).map(({ name }) => name)).toEqual(['approve-refund']);
    await waits.answer(id, 'approve-refund', true);
    const result = await agent.generate({ prompt: 'go', id });
    expect(result.text).toBe('Done.');
    expect([tools.refund.runs, tools.close.runs, tools.look.runs, setting.calls]).toEqual([1, 0, 1, 2]);
  });
});
