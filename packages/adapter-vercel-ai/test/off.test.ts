import { configure, UsageError } from '@reprise/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { durable, durableModel, durableProvider, durableTools, waitTool } from '../src/index.ts';
import type { Script } from './model.ts';
import { anything, RELEASES, Setting, sdkOf, text, use } from './setting.ts';

const setting = new Setting();

// Whoever opened this would fail.
beforeAll(() => configure({ store: 'nowhere:' }));
beforeEach(() => {
  vi.stubEnv('REPRISE', 'off');
  setting.begin();
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => setting.end());

type Execute = (input: object, options: { toolCallId: string; messages: [] }) => unknown;
const called = { toolCallId: 'call_1', messages: [] as [] };

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const parts: T[] = [];
  for await (const part of source) parts.push(part);
  return parts;
}

describe.each(RELEASES)('with %s', (release) => {
  const ai = sdkOf(release);
  const script: Script = (step) =>
    step === 0 ? [{ ...use('look'), toolCallId: 'call_1' } as never] : [text('Seen an otter.')];
  const look = { inputSchema: anything, execute: async () => ({ seen: 'otter' }) };
  const said = ({ text: told, steps }: { text: string; steps: readonly { content: unknown }[] }) => ({
    told,
    content: steps.map(({ content }) => content),
  });

  test('an agent gives what it gives without Reprise, and nothing is stored', async () => {
    const plain = setting.plain(release, script, { tools: { look } });
    const agent = setting.agent(release, script, { tools: { look }, options: { budget: { usd: 0 } } });
    const result = await agent.generate({ prompt: 'go' });
    expect(said(result)).toEqual(said(await plain.generate({ prompt: 'go' })));
    expect('execution' in result).toBe(false);
    const chunks = async (of: typeof plain | typeof agent) =>
      all((await of.stream({ prompt: 'go' })).toUIMessageStream({ generateMessageId: () => 'm' }));
    expect(await chunks(agent)).toEqual(await chunks(plain));
    vi.stubEnv('REPRISE', 'on');
    await expect(agent.generate({ prompt: 'go' })).rejects.toThrow('nowhere:');
  });

  test('an id is not shown to the framework, and the result tells it', async () => {
    const agent = setting.agent(release, script, { tools: { look } });
    const asked = vi.spyOn(Reflect.getPrototypeOf(agent) as typeof agent, 'generate');
    const result = await agent.generate({ prompt: 'go', id: 'x' });
    expect(asked.mock.calls).toEqual([[{ prompt: 'go' }]]);
    asked.mockRestore();
    expect(result.execution.id).toBe('x');
    expect(await result.execution.ended).toEqual({ status: 'completed' });
    const { execution } = await agent.withExecution('y').stream({ prompt: 'go' });
    expect(execution?.id).toBe('y');
  });

  test('a tool is run as it is, each time, without its policies', async () => {
    let runs = 0;
    const failing = {
      inputSchema: anything,
      execute: async () => {
        throw new Error(`run ${++runs}`);
      },
    };
    const retry = { attempts: 3, backoff: 0 };
    const tools = durableTools({ failing }, { failing: { retry } });
    for (const run of ['run 1', 'run 2']) {
      await expect((tools.failing.execute as Execute)({}, called)).rejects.toThrow(run);
    }
    runs = 0;
    const failingOnce: Script = (step) => (step === 0 ? [use('failing')] : [text('Oh.')]);
    const options = { tools: { failing: { retry } } };
    await setting.agent(release, failingOnce, { tools: { failing }, options }).generate({ prompt: 'go' });
    expect(runs).toBe(1);

    const generating = durableTools({
      look: {
        inputSchema: anything,
        async *execute() {
          yield 'looking';
          yield 'found';
        },
      },
    });
    const told = (generating.look.execute as unknown as Execute)({}, called) as AsyncIterable<string>;
    expect(await all(told)).toEqual(['looking', 'found']);
  });

  test('a question to a person fails as a tool does, and says why', async () => {
    const ask = waitTool({ name: 'approve' });
    const refusal = /^REPRISE=off is set, so there is nobody who could answer wait 'approve'\. /;
    const error = (await ask.execute({ question: 'Sure?' }, called).catch((refused) => refused)) as Error;
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(refusal);
    const asking: Script = (step) => (step === 0 ? [use('ask', { question: 'Sure?' })] : [text('Nobody is there.')]);
    const { text: told, steps } = await setting.agent(release, asking, { tools: { ask } }).generate({ prompt: 'go' });
    expect(told).toBe('Nobody is there.');
    const [, failed] = (steps[0]?.content ?? []) as readonly { type: string; error?: Error }[];
    expect(failed?.type).toBe('tool-error');
    expect(failed?.error?.message).toMatch(refusal);
  });

  test('an agent does not go on with an execution', async () => {
    const agent = setting.agent(release, script, { name: 'scout' });
    const error = (await agent.resumeStream('x').catch((refused) => refused)) as Error;
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(/^REPRISE=off is set, so execution x of agent 'scout' cannot go on\. /);
  });

  test('the module and its models give what they give without Reprise, also outside of a flow', async () => {
    const model = setting.model(release, () => [text('An otter.')]);
    const ask = async (sdk: typeof ai, of: typeof model) => {
      const { content, request, response, usage } = await sdk.generateText({ model: of, prompt: 'who' });
      return { content, request, usage, model: response.modelId };
    };
    const expected = await ask(ai, model);
    expect(await ask(durable(ai), model)).toEqual(expected);
    expect(await ask(ai, durableModel(model as object) as never)).toEqual(expected);
    const provider = durableProvider({ languageModel: (_id: string) => model as object });
    expect(await ask(durable(ai), provider.languageModel('scripted') as never)).toEqual(expected);
    const streamed = durable(ai).streamText({ model, prompt: 'who' });
    expect((await all(streamed.textStream)).join('')).toBe('An otter.');
  });
});
