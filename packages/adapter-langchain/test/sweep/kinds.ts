import type { BaseMessage } from '@langchain/core/messages';
import { StringOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { RunnableLambda, RunnableMap } from '@langchain/core/runnables';
import { type DynamicStructuredTool, tool } from '@langchain/core/tools';
import {
  Annotation,
  type BaseCheckpointSaver,
  Command,
  entrypoint,
  MessagesAnnotation,
  Send,
  StateGraph,
  task,
} from '@langchain/langgraph';
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import { createSupervisor } from '@langchain/langgraph-supervisor';
import { createHandoffTool, createSwarm } from '@langchain/langgraph-swarm';
import { createDeepAgent } from 'deepagents';
import { createAgent, createMiddleware, summarizationMiddleware, toolRetryMiddleware, toolStrategy } from 'langchain';
import { z } from 'zod';
import { durable } from '../../src/index.ts';
import type { Said, Script, ScriptedModel } from '../model.ts';

/** What agents are made of. Each call of a model and of a tool is paid for. */
export interface Parts {
  /** For the graph that is called: where it keeps its thread, if it does. */
  readonly thread: { readonly checkpointer?: BaseCheckpointSaver };
  /** How many calls had been paid for, and recorded, before this process. */
  readonly paidBefore: number;
  model(script: Script): ScriptedModel;
  tool(name: string, run?: (query: string) => string): DynamicStructuredTool;
}

/** Makes an agent. What its models say depends on what they are asked, and on nothing else. */
type Make = (parts: Parts) => unknown;

/** A kind of agent, and what cannot be expected of it. */
export interface Kind {
  readonly make: Make;
  /** Its tools ask models: once they are finished, the tokens of these models are not told again. */
  readonly isSilent?: boolean;
  /** It asks with other words each time: that nobody else comes for what is recorded is clear after a while only. */
  readonly drifts?: boolean;
  /** It fails over its first answer. Where a crash leaves nothing after that, it is asked for afresh. */
  readonly failsFirst?: boolean;
  /** LangChain gives this with the result, and keeps it on no thread. */
  readonly untracked?: string;
}

const State = Annotation.Root({
  topic: Annotation<string>(),
  said: Annotation<string[]>({ reducer: (a, b) => [...a, ...b], default: () => [] }),
});
type State = typeof State.State;

const textOf = (message: BaseMessage | undefined): string => String(message?.content);
const say = (content: string) => ({ messages: [{ role: 'user', content, id: content }] });
const echo: Script = (messages) => ({ text: `re ${textOf(messages.at(-1))}` });
const ask = async (model: ScriptedModel, prompt: string): Promise<string> => textOf(await model.invoke(prompt));

/** Calls the tools turn by turn, then answers with what the last one said. `a+b`: both in one turn. */
function using(...turns: string[]): Script {
  return (messages): Said => {
    const asked = messages.filter((message) => message._getType() === 'ai').length;
    const names = turns[asked]?.split('+');
    if (!names) return { text: `told ${textOf(messages.at(-1))}` };
    const calls = names.map((name, n) => ({
      id: `${name}-${asked}-${n}`,
      name,
      args: { query: `${asked}.${n}`, description: 'look', subagent_type: 'general-purpose', n: 1 },
    }));
    return { calls };
  };
}

/** Goes on from what it found last, however much of what was said before is still there. */
const searchingOn: Script = (messages) => {
  const found = /^search of (\d)/.exec(textOf(messages.at(-1)))?.[1];
  const next = found === undefined ? 1 : Number(found) + 1;
  if (next > 3) return { text: 'the end' };
  return { calls: [{ id: `search-${next}`, name: 'search', args: { query: `${next}` } }] };
};

const graphOf = (node: (state: State) => Promise<Partial<State>>, { thread }: Parts) =>
  new StateGraph(State).addNode('node', node).addEdge('__start__', 'node').compile(thread);

const searcher = ({ model, tool }: Parts, name = 'searcher') =>
  createReactAgent({ llm: model(using('search')), tools: [tool('search')], name });

/** A tool that asks another agent. */
const delegate = (agent: { invoke(input: never): Promise<{ messages: BaseMessage[] }> }) =>
  tool(async ({ query }: { query: string }) => textOf((await agent.invoke(say(query) as never)).messages.at(-1)), {
    name: 'delegate',
    description: 'Delegates.',
    schema: z.object({ query: z.string() }),
  });

const broken = (what: string) => () => {
  throw new Error(`${what} is broken`);
};

const retried = { maxAttempts: 3, initialInterval: 1, jitter: false, logWarning: false, retryOn: () => true };

const MAKERS: Readonly<Record<string, Make>> = {
  createAgent: ({ model, tool, thread }) =>
    createAgent({ model: model(using('search', 'look+search')), tools: [tool('search'), tool('look')], ...thread }),

  'createAgent with a middleware that asks a model': ({ model, tool, thread }) => {
    const guard = model(echo);
    const guarding = createMiddleware({
      name: 'guard',
      beforeModel: async ({ messages }) => {
        await guard.invoke(`may I ${messages.length}?`);
        await guard.invoke(`really ${messages.length}?`);
      },
    });
    return createAgent({ model: model(using('search')), tools: [tool('search')], middleware: [guarding], ...thread });
  },

  'createAgent with structured output': ({ model, tool, thread }) => {
    const asked = model((messages) => {
      const searched = using('search')(messages, 0) as Said;
      return searched.calls ? searched : { calls: [{ id: 'x', name: names.at(-1) ?? '', args: { n: 1 } }] };
    });
    let names: string[] = [];
    const bind = asked.bindTools;
    asked.bindTools = (tools) => {
      names = tools.map((one) => (one as { function?: { name: string } }).function?.name ?? '');
      return bind.call(asked, tools);
    };
    const responseFormat = toolStrategy(z.object({ n: z.number() }));
    return createAgent({ model: asked, tools: [tool('search')], responseFormat, ...thread });
  },

  'createAgent that sums up what was said': ({ model, tool, thread }) => {
    const options = { model: model(echo), trigger: { messages: 4 }, keep: { messages: 2 } };
    const middleware = [summarizationMiddleware(options as never) as never];
    return createAgent({ model: model(searchingOn), tools: [tool('search')], middleware, ...thread });
  },

  'createReactAgent with parallel tools': ({ model, tool, thread }) =>
    createReactAgent({ llm: model(using('search+look+search')), tools: [tool('search'), tool('look')], ...thread }),

  'a deep agent with a sub-agent': ({ model, tool, thread }) =>
    createDeepAgent({
      model: model((messages, n) => {
        const isInside = textOf(messages.find((message) => message._getType() === 'human')) === 'look';
        return using(...(isInside ? ['search'] : ['task']))(messages, n);
      }) as never,
      tools: [tool('search')] as never,
      ...(thread as object),
    }),

  'a supervisor of two agents': (parts) => {
    const agents = [searcher(parts, 'one'), searcher(parts, 'two')];
    const lead: Script = (messages) => {
      const next = ['one', 'two'].find((name) => !messages.some((message) => message.name === `transfer_to_${name}`));
      return next ? { calls: [{ id: `to-${next}`, name: `transfer_to_${next}`, args: {} }] } : { text: 'the end' };
    };
    return createSupervisor({ agents: agents as never, llm: parts.model(lead) }).compile(parts.thread);
  },

  'a swarm of two agents': ({ model, tool, thread }) => {
    const transfer = (agentName: string) => createHandoffTool({ agentName });
    const handing: Script = (messages) =>
      messages.some((message) => message._getType() === 'tool')
        ? { text: 'never' }
        : { calls: [{ id: 'to-two', name: 'transfer_to_two', args: {} }] };
    const closing: Script = (messages) =>
      messages.some((message) => textOf(message).startsWith('search of'))
        ? { text: 'the end' }
        : { calls: [{ id: 'found', name: 'search', args: { query: 'last' } }] };
    const one = createReactAgent({ llm: model(handing), tools: [transfer('two')], name: 'one' });
    const two = createReactAgent({ llm: model(closing), tools: [tool('search'), transfer('one')], name: 'two' });
    return createSwarm({ agents: [one, two] as never, defaultActiveAgent: 'one' }).compile(thread);
  },

  'a tool that asks an agent': (parts) =>
    createAgent({ model: parts.model(using('delegate')), tools: [delegate(searcher(parts))], ...parts.thread }),

  'two tools at once that ask agents': (parts) =>
    createAgent({
      model: parts.model(using('delegate+delegate')),
      tools: [delegate(searcher(parts))],
      ...parts.thread,
    }),

  'two tools of one task that ask agents': (parts) =>
    createReactAgent({
      llm: parts.model(using('delegate+delegate')),
      tools: [delegate(searcher(parts))],
      ...parts.thread,
    }),

  'a tool that asks a model and another tool': ({ model, tool: paid, thread }) => {
    const inner = model(echo);
    const search = paid('search');
    const asking = tool(
      async ({ query }: { query: string }) => `${await search.invoke({ query })}, ${await ask(inner, query)}`,
      { name: 'delegate', description: 'Asks.', schema: z.object({ query: z.string() }) },
    );
    return createReactAgent({ llm: model(using('delegate+delegate')), tools: [asking], ...thread });
  },

  'a node with many calls': (parts) => {
    const model = parts.model(echo);
    return graphOf(async ({ topic }) => {
      const said: string[] = [];
      for (let n = 1; n <= 4; n++) said.push(await ask(model, `${n} ${topic}`));
      return { said };
    }, parts);
  },

  'a node that asks the same many times': (parts) => {
    const model = parts.model(echo);
    return graphOf(async ({ topic }) => {
      const said: string[] = [];
      for (let n = 1; n <= 4; n++) said.push(await ask(model, topic));
      return { said };
    }, parts);
  },

  'a loop of nodes': ({ model: make, tool, thread }) => {
    const model = make(echo);
    const search = tool('search');
    return new StateGraph(State)
      .addNode('think', async ({ topic }) => ({ said: [await ask(model, topic), await ask(model, `again ${topic}`)] }))
      .addNode('search', async ({ said }) => ({ said: [String(await search.invoke({ query: `${said.length}` }))] }))
      .addEdge('__start__', 'think')
      .addConditionalEdges('think', ({ said }) => (said.length < 4 ? 'search' : '__end__'), ['search', '__end__'])
      .addEdge('search', 'think')
      .compile(thread);
  },

  'a loop of commands': ({ model: make, thread }) => {
    const model = make(echo);
    const node = async ({ said, topic }: State) => {
      const update = { said: [await ask(model, topic), await ask(model, `${said.length}`)] };
      return new Command({ update, goto: said.length < 2 ? 'node' : '__end__' });
    };
    return new StateGraph(State)
      .addNode('node', node, { ends: ['node', '__end__'] })
      .addEdge('__start__', 'node')
      .compile(thread);
  },

  'nodes side by side that meet': ({ model: make, thread }) => {
    const model = make(echo);
    const branch = (name: string) => async () => ({ said: [await ask(model, name), await ask(model, `more ${name}`)] });
    return new StateGraph(State)
      .addNode('a', branch('a'))
      .addNode('b', branch('b'))
      .addNode('meet', async ({ said }) => ({ said: [await ask(model, said.join())] }))
      .addEdge('__start__', 'a')
      .addEdge('__start__', 'b')
      .addEdge(['a', 'b'], 'meet')
      .compile(thread);
  },

  'chains side by side in a node': (parts) => {
    const model = parts.model(echo);
    const search = parts.tool('search');
    return graphOf(async ({ topic }) => {
      const chain = async (n: number) => {
        const found = await search.invoke({ query: await ask(model, `${n} ${topic}`) });
        return ask(model, `${found}, ${n}`);
      };
      return { said: await Promise.all([1, 2, 3].map(chain)) };
    }, parts);
  },

  'tasks sent out': ({ model: make, thread }) => {
    const model = make(echo);
    return new StateGraph(State)
      .addNode('plan', async ({ topic }) => ({ said: [await ask(model, topic)] }))
      .addNode('work', async ({ topic }) => ({ said: [await ask(model, topic), await ask(model, `more ${topic}`)] }))
      .addEdge('__start__', 'plan')
      .addConditionalEdges('plan', () => [1, 2, 3].map((n) => new Send('work', { topic: `part ${n}` })), ['work'])
      .compile(thread);
  },

  'agents sent out': (parts) => {
    const inner = searcher(parts);
    const work = async ({ topic }: State) => ({
      said: [textOf((await inner.invoke(say(topic) as never)).messages.at(-1))],
    });
    return new StateGraph(State)
      .addNode('plan', () => ({}))
      .addNode('work', work)
      .addEdge('__start__', 'plan')
      .addConditionalEdges('plan', () => [1, 2].map((n) => new Send('work', { topic: `part ${n}` })), ['work'])
      .compile(parts.thread);
  },

  'every way to ask a model': (parts) => {
    const model = parts.model(echo);
    const json = parts.model(() => ({ text: '{"n":1}' }));
    const fails = parts.model(broken('the model'));
    return graphOf(async () => {
      let streamed = '';
      for await (const chunk of await model.stream('stream')) streamed += chunk.content;
      const batched = await model.batch(['one', 'two']);
      const structured = await json.pipe(new StringOutputParser()).invoke('json');
      const retried = await model.withRetry({ stopAfterAttempt: 2 }).invoke('retry');
      const replaced = await fails.withFallbacks([model]).invoke('fallback');
      return { said: [streamed, ...batched.map(textOf), structured, textOf(retried), textOf(replaced)] };
    }, parts);
  },

  'an entrypoint with tasks': ({ model: make, thread }) => {
    const model = make(echo);
    const step = task('step', async (prompt: string) => ask(model, prompt));
    return entrypoint({ name: 'functional', ...thread }, async () => {
      const first = await step('first');
      const both = await Promise.all([step(`a ${first}`), step(`b ${first}`)]);
      return { said: [first, ...both, await step(both.join())] };
    });
  },

  'an entrypoint in tasks of another': ({ model: make, thread }) => {
    const model = make(echo);
    const inner = entrypoint(
      'inner',
      async (prompt: string) => `${await ask(model, prompt)}, ${await ask(model, 'more')}`,
    );
    const step = task('step', async (prompt: string) => inner.invoke(prompt));
    return entrypoint({ name: 'outer', ...thread }, async () => ({
      said: [await step('one'), ...(await Promise.all([step('two'), step('three')]))],
    }));
  },

  'a graph as a node of a loop': (parts) => {
    const model = parts.model(echo);
    const inner = new StateGraph(State)
      .addNode('think', async ({ said }) => ({ said: [await ask(model, `${said.length}`)] }))
      .addNode('say', async ({ said }) => ({ said: [await ask(model, `after ${said.length}`)] }))
      .addEdge('__start__', 'think')
      .addEdge('think', 'say')
      .compile();
    return new StateGraph(State)
      .addNode('inner', inner)
      .addEdge('__start__', 'inner')
      .addConditionalEdges('inner', ({ said }) => (said.length < 5 ? 'inner' : '__end__'), ['inner', '__end__'])
      .compile(parts.thread);
  },

  'graphs side by side in a node': (parts) => {
    const inner = searcher(parts);
    return graphOf(async () => {
      const said = await Promise.all(['a', 'b', 'c'].map((topic) => inner.invoke(say(topic) as never)));
      return { said: said.map(({ messages }) => textOf(messages.at(-1))) };
    }, parts);
  },

  'a durable agent as a node': (parts) =>
    new StateGraph(MessagesAnnotation)
      .addNode('inner', durable(searcher(parts)) as never)
      .addEdge('__start__', 'inner')
      .compile(parts.thread),

  'a chain': ({ model }) =>
    ChatPromptTemplate.fromTemplate('about {topic}')
      .pipe(model(echo))
      .pipe(new StringOutputParser())
      .pipe(RunnableLambda.from((topic: string) => ({ topic })))
      .pipe(ChatPromptTemplate.fromTemplate('more on {topic}'))
      .pipe(model(echo))
      .pipe(new StringOutputParser()),

  'chains side by side': ({ model }) => {
    const about = (what: string) =>
      ChatPromptTemplate.fromTemplate(`${what} of {topic}`).pipe(model(echo)).pipe(new StringOutputParser());
    return RunnableMap.from({ one: about('food'), two: about('home') }).pipe(
      RunnableLambda.from(({ one, two }: Record<string, string>) => `${one}, ${two}`),
    );
  },

  'the time in the prompt': (parts) => {
    const model = parts.model((messages) => ({ text: `re ${textOf(messages.at(-1)).split('?')[1]}` }));
    return graphOf(async () => {
      const said: string[] = [];
      for (const what of ['one', 'two', 'three'])
        said.push(await ask(model, `It is ${new Date().toISOString()}?${what}`));
      return { said };
    }, parts);
  },

  'a stream that its reader leaves': (parts) => {
    const model = parts.model(echo);
    return graphOf(async ({ topic }) => {
      const said: string[] = [];
      for (const what of ['one', 'two']) {
        for await (const chunk of await model.stream(`${what} ${topic}`)) {
          said.push(String(chunk.content));
          break;
        }
        said.push(await ask(model, `after ${what}`));
      }
      return { said };
    }, parts);
  },

  'a tool that fails, and the agent goes on': ({ model, tool, thread }) =>
    createReactAgent({
      llm: model(using('bad', 'search', 'bad+search')),
      tools: [tool('bad', broken('the net')), tool('search')],
      ...thread,
    }),

  'a tool that fails until it is given up': ({ model, tool, thread }) => {
    const options = { maxRetries: 2, initialDelayMs: 1, jitter: false, onFailure: 'continue' };
    return createAgent({
      model: model(using('bad', 'search')),
      tools: [tool('bad', broken('the net')), tool('search')],
      middleware: [toolRetryMiddleware(options as never) as never],
      ...thread,
    });
  },

  'a model that fails, and another node goes on': ({ model, thread }) => {
    const bad = model(broken('the model'));
    const good = model(echo);
    return new StateGraph(State)
      .addNode('try', async () =>
        ask(bad, 'first').then(
          (text) => ({ said: [text] }),
          (error) => ({ said: [String(error)] }),
        ),
      )
      .addNode('mend', async ({ said }) => ({ said: [await ask(good, said.join())] }))
      .addNode('close', async ({ said }) => ({ said: [await ask(good, said.join())] }))
      .addEdge('__start__', 'try')
      .addEdge('try', 'mend')
      .addEdge('mend', 'close')
      .compile(thread);
  },

  'a graph that fails, and the node around it goes on': (parts) => {
    const bad = parts.model(() => ({ text: 'nonsense' }));
    const good = parts.model(echo);
    const inner = graphOf(async () => ({ said: [String(JSON.parse(await ask(bad, 'json')))] }), {
      ...parts,
      thread: {},
    });
    return new StateGraph(State)
      .addNode('try', () => inner.invoke({ topic: '', said: [] }).catch(() => ({ said: ['instead'] })))
      .addNode('go', async ({ said }) => ({ said: [await ask(good, said.join()), await ask(good, 'more')] }))
      .addEdge('__start__', 'try')
      .addEdge('try', 'go')
      .compile(parts.thread);
  },

  'a model with a fallback': ({ model, thread, tool }) => {
    const replaced = model(broken('the model')).withFallbacks([model(echo)]);
    const search = tool('search');
    return new StateGraph(State)
      .addNode('ask', async ({ topic }) => ({ said: [textOf((await replaced.invoke(topic)) as BaseMessage)] }))
      .addNode('search', async ({ said }) => ({ said: [String(await search.invoke({ query: said.join() }))] }))
      .addEdge('__start__', 'ask')
      .addEdge('ask', 'search')
      .compile(thread);
  },

  'a node that is tried again over a bad answer': ({ model, thread, paidBefore }) => {
    const often = model((_, count) => ({ text: paidBefore + count < 3 ? 'nonsense' : '{"n":1}' }));
    const close = model(echo);
    return new StateGraph(State)
      .addNode('parse', async ({ topic }) => ({ said: [JSON.stringify(JSON.parse(await ask(often, topic)))] }), {
        retryPolicy: retried,
      })
      .addNode('close', async ({ said }) => ({ said: [await ask(close, said.join())] }))
      .addEdge('__start__', 'parse')
      .addEdge('parse', 'close')
      .compile(thread);
  },
};

const EXCEPTIONS: Readonly<Record<string, Omit<Kind, 'make'>>> = {
  'createAgent with structured output': { untracked: 'structuredResponse' },
  'a tool that asks a model and another tool': { isSilent: true },
  'the time in the prompt': { drifts: true },
  'a graph that fails, and the node around it goes on': { failsFirst: true },
};

export const KINDS: readonly (readonly [string, Kind])[] = Object.entries(MAKERS).map(([name, make]) => [
  name,
  { make, ...EXCEPTIONS[name] },
]);
