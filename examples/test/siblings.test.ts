// The three adapters are siblings: who knows one knows all. What one has and another has not stands here, with its reason.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as langchain from '@reprise/langchain';
import * as openai from '@reprise/openai';
import * as vercelAi from '@reprise/vercel-ai';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { root } from './document.ts';

const ADAPTERS = ['openai', 'vercel-ai', 'langchain'] as const;
type Adapter = (typeof ADAPTERS)[number];
type Lists = Record<Adapter, readonly string[]>;

const folder = (adapter: Adapter, ...path: string[]) => join(root, 'packages', `adapter-${adapter}`, ...path);
const lists = (of: (adapter: Adapter) => readonly string[]) =>
  Object.fromEntries(ADAPTERS.map((adapter) => [adapter, of(adapter)])) as unknown as Lists;

/** What stands in all three; what stands in two or in one. */
function compared(all: Lists): { shared: string[]; others: Record<string, Adapter[]> } {
  const items = [...new Set(Object.values(all).flat())].sort();
  const owners = (item: string) => ADAPTERS.filter((adapter) => all[adapter].includes(item));
  return {
    shared: items.filter((item) => owners(item).length === ADAPTERS.length),
    others: Object.fromEntries(
      items.filter((item) => owners(item).length < ADAPTERS.length).map((item) => [item, owners(item)]),
    ),
  };
}

test('they have the same files at the top, and the same rooms', () => {
  const tops = lists((adapter) => globSync('*', { cwd: folder(adapter, 'src') }));
  expect(compared(tops)).toEqual({
    shared: ['durable.ts', 'index.ts', 'model', 'options.ts', 'tool', 'tools.ts', 'wait-tool.ts'],
    others: {
      // The client is the model, and no agent that stops at a question or is an execution of its own.
      'models.ts': ['vercel-ai', 'langchain'],
      agent: ['vercel-ai', 'langchain'],
      question: ['vercel-ai', 'langchain'],
      // What a client sends, and the agents that send through it.
      http: ['openai'],
      'agents-sdk': ['openai'],
      // The SDK's module of functions, and its telemetry.
      sdk: ['vercel-ai'],
      // LangChain's classes and objects, LangGraph's tasks, threads and checkpointers.
      classes: ['langchain'],
      data: ['langchain'],
      graph: ['langchain'],
      thread: ['langchain'],
      checkpointer: ['langchain'],
    },
  });
});

test('a call of a model and of a tool stands in files of the same names', () => {
  const files = lists((adapter) => globSync('{model,tool}/*', { cwd: folder(adapter, 'src') }));
  expect(compared(files)).toMatchObject({
    shared: expect.arrayContaining([
      'model/answers.ts',
      'model/model-call.ts',
      'model/request.ts',
      'model/signals.ts',
      'model/streams.ts',
      'model/usage.ts',
      'tool/marks.ts',
      'tool/tool-call.ts',
    ]),
    others: {
      // A replay cannot give a model of LangChain another input.
      'model/change.ts': ['openai', 'vercel-ai'],
      // The client's is its fetch.
      'model/model.ts': ['vercel-ai', 'langchain'],
      'model/recorded-model.ts': ['vercel-ai', 'langchain'],
      'model/recorded-fetch.ts': ['openai'],
    },
  });
});

test('they export the same words', () => {
  const exported = lists(
    (adapter) =>
      ({ openai: Object.keys(openai), 'vercel-ai': Object.keys(vercelAi), langchain: Object.keys(langchain) })[adapter],
  );
  expect(compared(exported)).toEqual({
    shared: ['durable', 'durableTools', 'waitTool'],
    others: {
      // The client is the model.
      durableModel: ['vercel-ai', 'langchain'],
      durableProvider: ['vercel-ai'],
      // The tools of agents that send through the client are not the client's to see.
      durableAgent: ['openai'],
      durableRunner: ['openai'],
      KeyvSaver: ['langchain'],
    },
  });
});

describe('durable()', () => {
  const method = () => undefined;
  const given: Record<Adapter, (options: object) => unknown> = {
    openai: (options) => openai.durable(new OpenAI({ apiKey: 'none' }), options),
    'vercel-ai': (options) => vercelAi.durable({ generate: method, stream: method }, options),
    langchain: (options) => langchain.durable({ invoke: method, stream: method }, options),
  };
  const OPTIONS: Lists = {
    // A client is no agent: its calls belong to the flow around it, with the flow's name, engine and budget.
    openai: ['streamUsage', 'provider'],
    'vercel-ai': ['name', 'reprise', 'tools', 'budget'],
    langchain: ['name', 'reprise', 'tools', 'budget'],
  };

  test.each(ADAPTERS)('of %s takes these options, in this order, in its types and its README, too', (adapter) => {
    const options = OPTIONS[adapter];
    expect(() => given[adapter]({ unknown: true })).toThrow(
      `durable() has no option 'unknown'. It takes: ${options.join(', ')}.`,
    );
    const types = readFileSync(folder(adapter, 'src/options.ts'), 'utf8');
    const [, declared = ''] = /export interface DurableOptions.*?\{\n(.*?)^\}/ms.exec(types) ?? [];
    expect([...declared.matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name]) => name)).toEqual(options);
    const [, documented = ''] =
      /^## Options\n(.*?)^## /ms.exec(readFileSync(folder(adapter, 'README.md'), 'utf8')) ?? [];
    expect([...documented.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)).toEqual(options);
  });
});

test('their READMEs have the same sections in the same order', () => {
  const sections = lists((adapter) =>
    [...readFileSync(folder(adapter, 'README.md'), 'utf8').matchAll(/^## (.*)$/gm)].map(([, title = '']) => title),
  );
  const common = (adapter: Adapter, ...own: string[]) => sections[adapter].filter((title) => !own.includes(title));
  const expected = [
    'What is recorded',
    'Streams',
    'Questions and approvals',
    'Changes and failures',
    'Costs and budgets',
    'A loop of your own',
    'Options',
    'Versions',
    'Limits',
  ];
  expect(common('openai', 'Agents SDK')).toEqual(expected);
  expect(common('vercel-ai')).toEqual(expected);
  expect(common('langchain', 'Threads', '`KeyvSaver`')).toEqual(expected);
});

test('what all of them promise is tested in files of the same names', () => {
  const tests = lists((adapter) => globSync('*.{test,test-d}.ts', { cwd: folder(adapter, 'test') }));
  expect(compared(tests)).toMatchObject({
    shared: expect.arrayContaining([
      'budget.test.ts',
      'cost-kill.test.ts',
      'kill.test.ts',
      'options.test.ts',
      'questions.test.ts',
      'replay.test.ts',
      'streams.test.ts',
      'tools.test.ts',
      'types.test-d.ts',
      'usage.test.ts',
    ]),
    others: {
      'agent.test.ts': ['vercel-ai', 'langchain'],
      'approvals.test.ts': ['vercel-ai', 'langchain'],
      // Of the client, and of the agents that send through it.
      'client.test.ts': ['openai'],
      'agents-sdk.test.ts': ['openai'],
    },
  });
});

test.each([
  ['what cannot be made durable is refused', 'options'],
  ['what is no option is refused, and says what there is', 'options'],
  ['a question in a flow parks it, and its answer takes it on', 'questions'],
  ['durableTools records tools where the loop is your own', 'tools'],
  ['durableTools takes policies, and none for a tool that there is not', 'tools'],
  ['a reader that leaves early loses nothing', 'streams'],
  ['a script without a flow goes on, as the execution of its process', 'kill'],
])('"%s" is proved in each', (title, file) => {
  for (const adapter of ADAPTERS)
    expect(readFileSync(folder(adapter, `test/${file}.test.ts`), 'utf8')).toContain(title);
});

test.each([
  ['policies are for tools that there are, and say what they may', 'options'],
  ['an engine of its own keeps the executions of an agent', 'options'],
  ['%s fails once the budget is used up, at its own call', 'budget'],
  ['a person raises the budget, and the agent goes on', 'budget'],
  ['in a flow the budget of the flow counts, and one of the agent is refused', 'budget'],
  ['agents of one name have one budget', 'budget'],
  ['was cancelled says so, whichever way it is asked again', 'agent'],
  ['a process that recovers goes on with an agent that it has wrapped and not called', 'kill'],
  ['in a process that is one execution, a call with an id of its own is an execution of its own', 'kill'],
])('"%s" is proved of each agent', (title, file) => {
  for (const adapter of ['vercel-ai', 'langchain'] as const) {
    expect(readFileSync(folder(adapter, `test/${file}.test.ts`), 'utf8')).toContain(title);
  }
});
