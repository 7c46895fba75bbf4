import { createRequire } from 'node:module';
import { tool } from '@langchain/core/tools';
import { Annotation, StateGraph } from '@langchain/langgraph';
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import { createSupervisor } from '@langchain/langgraph-supervisor';
import { createHandoffTool, createSwarm } from '@langchain/langgraph-swarm';
import { executions } from '@reprise/core';
import { createDeepAgent } from 'deepagents';
import { createAgent, toolStrategy } from 'langchain';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { durable } from '../src/index.ts';
import { type Said, type Script, ScriptedModel } from './model.ts';
import { recordInFolder } from './setting.ts';

recordInFolder();

const input = { messages: [{ role: 'user', content: 'otters?' }] };

/** Uses each tool of the list once, then answers. */
function using(...names: string[]): Script {
  return (messages): Said => {
    const used = messages.filter((message) => message._getType() === 'tool').length;
    const name = names[used];
    if (name === undefined) return { text: 'the end' };
    const args = { query: 'otters', n: 1, description: 'look', subagent_type: 'general-purpose' };
    return { calls: [{ id: `call_${name}_${used}`, name, args }] };
  };
}

/** Searches when it is its turn, and says what it has found. */
const searchingOnce: Script = (messages) =>
  messages.at(-1)?.name === 'search'
    ? { text: 'found' }
    : { calls: [{ id: `call_${messages.length}`, name: 'search', args: { query: 'otters' } }] };

interface Parts {
  readonly model: (script: Script) => ScriptedModel;
  readonly search: ReturnType<typeof tool>;
}

type Invoked = {
  invoke(input: never, config?: never): Promise<unknown>;
  stream(input: never, config?: never): unknown;
};

const KINDS: Record<string, (parts: Parts) => unknown> = {
  createAgent: ({ model, search }) => createAgent({ model: model(using('search', 'search')), tools: [search] }),
  createReactAgent: ({ model, search }) => createReactAgent({ llm: model(using('search')), tools: [search] }),
  toolStrategy: ({ model }) => {
    const script: Script = () => ({ calls: [{ id: 'call_x', name: extractName(), args: { n: 1 } }] });
    const bound = model(script);
    const schema = z.object({ n: z.number() });
    const agent = createAgent({ model: bound, tools: [], responseFormat: toolStrategy(schema) });
    return agent;
  },
  deepAgent: ({ model, search }) =>
    createDeepAgent({ model: model(using('search')) as never, tools: [search] as never }),
  supervisor: ({ model, search }) => {
    const worker = createReactAgent({ llm: model(using('search')), tools: [search], name: 'worker' });
    const script: Script = (messages) => {
      const isDone = messages.some((message) => message.name === 'worker' || message._getType() === 'tool');
      return isDone ? { text: 'the end' } : { calls: [{ id: 'call_t', name: 'transfer_to_worker', args: {} }] };
    };
    return createSupervisor({ agents: [worker] as never, llm: model(script) }).compile();
  },
  subagentInTool: ({ model, search }) => {
    const inner = createReactAgent({ llm: model(using('search', 'search')), tools: [search] });
    const delegate = tool(async () => String((await inner.invoke(input)).messages.at(-1)?.content), {
      name: 'delegate',
      description: 'Delegates.',
      schema: z.object({ query: z.string() }),
    });
    return createAgent({ model: model(using('delegate')), tools: [delegate] });
  },
  subgraphTwice: ({ model, search }) => {
    const inner = createReactAgent({ llm: model(using('search')), tools: [search] });
    const State = Annotation.Root({ said: Annotation<string>() });
    const node = async () => {
      const [one, two] = await Promise.all([inner.invoke(input), inner.invoke(input)]);
      return { said: `${one.messages.at(-1)?.content} ${two.messages.at(-1)?.content}` };
    };
    return new StateGraph(State).addNode('node', node).addEdge('__start__', 'node').compile();
  },
  dateInThePrompt: ({ model }) => {
    const asked = model((_, count) => ({ text: `answer ${count}` }));
    const State = Annotation.Root({ said: Annotation<string>() });
    const node = async () => {
      const one = await asked.invoke(`It is ${new Date().toISOString()}. One?`);
      const two = await asked.invoke(`It is ${new Date().toISOString()}. Two?`);
      return { said: `${one.content} ${two.content}` };
    };
    return new StateGraph(State).addNode('node', node).addEdge('__start__', 'node').compile();
  },
  durableGraphAsNode: ({ model, search }) => {
    const State = Annotation.Root({
      messages: Annotation<unknown[]>({ reducer: (a, b) => [...a, ...b], default: () => [] }),
    });
    const inner = durable(createReactAgent({ llm: model(using('search')), tools: [search] }));
    return new StateGraph(State)
      .addNode('inner', inner as never)
      .addEdge('__start__', 'inner')
      .compile();
  },
  supervisorOfTwo: ({ model, search }) => {
    const worker = (name: string) => createReactAgent({ llm: model(searchingOnce), tools: [search], name });
    const agents = [worker('one'), worker('two')];
    const script: Script = (messages) => {
      const next = ['one', 'two'].find(
        (name) => !messages.some(({ content }) => content === `Successfully transferred to ${name}`),
      );
      return next ? { calls: [{ id: `call_${next}`, name: `transfer_to_${next}`, args: {} }] } : { text: 'the end' };
    };
    return createSupervisor({ agents: agents as never, llm: model(script) }).compile();
  },
  swarmOfTwo: ({ model, search }) => {
    const handing = (name: string, to: string, script: Script) => {
      const tools = [search, createHandoffTool({ agentName: to })] as never[];
      return createReactAgent({ llm: model(script), tools, name });
    };
    const agents = [
      handing('one', 'two', using('search', 'transfer_to_two')),
      // It sees what the first one has used.
      handing('two', 'one', using('search', 'transfer_to_two', 'search')),
    ];
    return createSwarm({ agents: agents as never, defaultActiveAgent: 'one' }).compile();
  },
  swarm: ({ model, search }) => {
    const alone = createReactAgent({ llm: model(using('search')), tools: [search], name: 'alone' });
    return createSwarm({ agents: [alone] as never, defaultActiveAgent: 'alone' }).compile();
  },
};

let extractNames: string[] = [];
function extractName(): string {
  return extractNames.at(-1) ?? '';
}

class Stop extends Error {}

describe.each(Object.keys(KINDS))('%s', (kind) => {
  test.each(['invoke', 'messages'])(
    'stopped in each call goes on with %s, and pays only that call again',
    async (mode) => {
      /** Runs it with the n-th call failing; says what it ended with, and how many calls were begun. */
      const life = async (id: string, stopAt: number) => {
        let begun = 0;
        const count = () => {
          if (++begun === stopAt) throw new Stop(`stopped in ${stopAt}`);
        };
        const model = (script: Script) => {
          const made = new ScriptedModel((messages, n) => {
            count();
            return script(messages, n);
          });
          const { bindTools } = made;
          made.bindTools = (tools) => {
            extractNames = (tools as { name?: string; function?: { name?: string } }[]).map(
              ({ name, function: described }) => name ?? described?.name ?? '',
            );
            return bindTools.call(made, tools);
          };
          return made;
        };
        const search = tool(
          async ({ query }: { query: string }) => {
            count();
            return `found ${query}`;
          },
          { name: 'search', description: 'Searches.', schema: z.object({ query: z.string() }) },
        );
        const agent = durable(KINDS[kind]?.({ model, search: search as never }) as Invoked, { name: kind });
        let text = '';
        try {
          if (mode === 'invoke') await agent.invoke(input as never, { id });
          else
            for await (const [chunk] of (await agent.stream(input as never, { id, streamMode: mode })) as never as [
              { content: string },
            ][])
              text += chunk.content;
        } catch (error) {
          return { begun, isStopped: true, text: String(error) };
        }
        return { begun, isStopped: false, text };
      };
      const whole = await life(`${kind}-${mode}-0`, 0);
      expect(whole.isStopped, whole.text).toBe(false);
      for (let stop = 1; stop <= whole.begun; stop++) {
        const id = `${kind}-${mode}-${stop}`;
        const first = await life(id, stop);
        // A tool's failure is an answer to many agents, and they go on.
        const second = first.isStopped ? await life(id, 0) : first;
        expect(second.isStopped, `${stop}: ${second.text}`).toBe(false);
        if (!first.isStopped) continue;
        expect(first.begun + second.begun - 1, `stopped in ${stop}`).toBeLessThanOrEqual(whole.begun + 1);
        await expect.poll(async () => (await executions.get(id)).status).toBe('completed');
      }
    },
  );
});

test('a tool of the CommonJS build of LangChain is recorded, too', async () => {
  const require = createRequire(import.meta.url);
  const { tool: commonTool } = require('@langchain/core/tools') as { tool: typeof tool };
  let runs = 0;
  const search = commonTool(async () => `run ${++runs}`, {
    name: 'search',
    description: 'Searches.',
    schema: z.object({ query: z.string() }),
  });
  for (let run = 0; run < 2; run++) {
    const agent = durable(createReactAgent({ llm: new ScriptedModel(using('search')), tools: [search] }));
    await agent.invoke(input, { id: 'common-js' });
  }
  expect(runs).toBe(1);
});
