// All that a thread can be stopped in, as one process that is killed in the midst of it, and one that goes on:
// node stopped-threads.ts <store> <part of the store> <log> <Postgres> <stop|go-on> <case> …
import { appendFileSync } from 'node:fs';
import { tool } from '@langchain/core/tools';
import { Annotation, Command, interrupt, MemorySaver, StateGraph } from '@langchain/langgraph';
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import { configure } from '@reprise/core';
import { openStore } from '@reprise/core/store';
import { createAgent } from 'langchain';
import { z } from 'zod';
import { durable } from '../src/index.ts';
import { type Said, ScriptedModel } from './model.ts';
import { fresh } from './parts.ts';

const [store = '', part = '', log = '', postgresUrl = '', phase = '', ...cases] = process.argv.slice(2);
const recorded = new Map(cases.map((name) => [name, { tools: 0, two: Promise.withResolvers<void>() }]));
configure({
  store: store.startsWith('sqlite:') ? store : fresh(await openStore(store), part),
  poll: 100,
  observe(event) {
    const here = recorded.get(event.flow);
    if (here && event.type === 'made' && event.call.kind === 'tool' && ++here.tools === 2) here.two.resolve();
  },
});

const postgres = PostgresSaver.fromConnString(postgresUrl, { schema: `reprise_${part}` });
if (cases.some((name) => name.includes('PostgresSaver'))) await postgres.setup();

const SAVERS: Record<string, () => MemorySaver | PostgresSaver | undefined> = {
  ours: () => undefined,
  MemorySaver: () => new MemorySaver(),
  PostgresSaver: () => postgres,
};

interface Stopped {
  /** Resolves when the case stands where it is to be killed. */
  readonly reached: Promise<unknown>;
  goOn(): Promise<unknown>;
}

function stoppable(name: string): Stopped {
  const [kind = '', style = '', saver = '', durability] = name.split(' ');
  const checkpointer = SAVERS[saver]?.();
  const reached = Promise.withResolvers<unknown>();
  const written = (line: string) => appendFileSync(log, `${name}: ${line}\n`);
  const standIf = (isHere: boolean) => {
    if (!isHere || phase !== 'stop') return;
    reached.resolve(undefined);
    return new Promise<never>(() => {});
  };

  const step = tool(
    async ({ n }: { n: number }) => {
      written(`tool ${n}`);
      await standIf(n === 3);
      return `did ${n}`;
    },
    { name: 'step', description: 'A step.', schema: z.object({ n: z.number() }) },
  );
  const approve = tool(() => `said ${interrupt('Go on?')}`, {
    name: 'approve',
    description: 'Asks a person.',
    schema: z.object({ n: z.number() }),
  });
  const use = (tool: string, n: number) => ({ id: `call_${n}`, name: tool, args: { n } });
  const model = new ScriptedModel(async (messages): Promise<Said> => {
    const last = String(messages.at(-1)?.content);
    written(`model ${last}`);
    await standIf(last === 'question 4');
    if (messages.at(-1)?._getType() === 'tool') return { text: `All done, ${last}.` };
    if (last === 'tools') return { calls: [use('step', 1), use('step', 2), use('step', 3)] };
    if (last === 'approval') return { calls: [use('step', 1), use('approve', 2)] };
    return { text: `answer to ${last}` };
  });

  const five = async () => {
    const said: string[] = [];
    for (let n = 1; n <= 5; n++) said.push(String((await model.invoke(`question ${n}`)).content));
    return { messages: said.map((content) => ({ role: 'user', content })) };
  };
  const State = Annotation.Root({ messages: Annotation<unknown[]>() });
  const withSaver = checkpointer ? { checkpointer } : {};
  const agents: Record<string, () => unknown> = {
    graph: () => new StateGraph(State).addNode('five', five).addEdge('__start__', 'five').compile(withSaver),
    react: () => createReactAgent({ llm: model, tools: [step, approve], ...withSaver }),
    agent: () => createAgent({ model, tools: [step, approve], ...withSaver }),
  };
  const agent = durable(agents[style]?.() as ReturnType<typeof createAgent>, { name });
  const configurable = { thread_id: `${part} ${name}` };
  const config = { configurable, durability } as never;
  if (phase === 'stop') {
    const ended = agent.invoke({ messages: [{ role: 'user', content: kind }] }, config);
    ended.then(reached.resolve, reached.reject);
  }
  const lastOf = ({ messages }: { messages: { content: unknown }[] }) => messages.at(-1)?.content;
  return {
    reached: reached.promise.then(() => (kind === 'tools' ? recorded.get(name)?.two.promise : undefined)),
    async goOn() {
      if (kind === 'tools') return lastOf(await agent.resume(configurable));
      const input = kind === 'approval' ? new Command({ resume: 'yes' }) : null;
      return lastOf(await agent.invoke(input as never, config));
    },
  };
}

const all = cases.map(stoppable);
if (phase === 'stop') {
  await Promise.all(all.map(({ reached }) => reached));
  process.kill(process.pid, 'SIGKILL');
}
const told = await Promise.all(all.map((one) => one.goOn().catch(String)));
console.log(JSON.stringify(Object.fromEntries(cases.map((name, index) => [name, told[index]]))));
process.exit();
