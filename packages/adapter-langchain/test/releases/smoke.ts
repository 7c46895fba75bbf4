// What everybody needs, with one release of LangChain: node --import redirect.ts smoke.ts
import assert from 'node:assert/strict';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AIMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { Annotation, interrupt, MemorySaver, StateGraph } from '@langchain/langgraph';
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import { configure, waits } from '@reprise/core';
import { everyCrash } from '@reprise/core/testing';
import { z } from 'zod';
import { durable, KeyvSaver } from '../../src/index.ts';
import { type Script, ScriptedModel } from '../model.ts';

configure({ store: 'memory:' });

const input = { messages: [{ role: 'user', content: 'otters?' }] };
const twoTurns: Script = (messages) =>
  messages.at(-1)?._getType() === 'tool'
    ? { text: `It is ${messages.at(-1)?.content}.` }
    : { calls: [{ id: 'call_1', name: 'search', args: { query: 'otters' } }] };

let runs = 0;
const search = tool(async ({ query }: { query: string }) => `found ${query} ${++runs}`, {
  name: 'search',
  description: 'Searches.',
  schema: z.object({ query: z.string() }),
});
const lastOf = ({ messages }: { messages: { content: unknown }[] }) => messages.at(-1)?.content;

type Agent = ReturnType<typeof createReactAgent>;

/** An agent with a tool: invoked, streamed in two modes, and its events; each of them twice, and asked for once. */
async function anAgent(name: string, make: (model: ScriptedModel) => unknown): Promise<void> {
  for (const way of ['invoke', 'messages', 'updates', 'v2'] as const) {
    const model = new ScriptedModel(twoTurns);
    runs = 0;
    const told: unknown[] = [];
    for (let run = 0; run < 2; run++) {
      const agent = durable(make(model) as Agent, { name }).withExecution(`${name} ${way}`);
      if (way === 'invoke') told.push(lastOf(await agent.invoke(input)));
      else if (way === 'v2') {
        let count = 0;
        for await (const _ of agent.streamEvents(input, { version: way })) count++;
        told.push(count);
      } else {
        let text = '';
        for await (const chunk of await agent.stream(input, { streamMode: way })) {
          text += way === 'messages' ? (chunk as never as [AIMessage])[0].content : Object.keys(chunk as object);
        }
        told.push(text);
      }
    }
    if (way === 'invoke') assert.equal(told[0], 'It is found otters 1.');
    assert.equal(told[1], told[0], `${name}, ${way}`);
    assert.deepEqual([model.asked.length, runs], [2, 1], `${name}, ${way}`);
  }
}

const Said = Annotation.Root({ said: Annotation<string>() });

async function aQuestion(saver: MemorySaver): Promise<void> {
  const model = new ScriptedModel((_, count) => ({ text: `answer ${count}` }));
  const node = async () => {
    const before = (await model.invoke('one')).content;
    const answer = interrupt('Really?');
    return { said: `${before}, ${answer}, ${(await model.invoke('two')).content}` };
  };
  const graph = new StateGraph(Said)
    .addNode('node', node)
    .addEdge('__start__', 'node')
    .compile({ checkpointer: saver });
  const agent = durable(graph, { name: `asking ${saver.constructor.name}` });
  const id = `asking ${saver.constructor.name}`;
  const config = { id, configurable: { thread_id: id } };
  const asked = (await agent.invoke({ said: '' }, config)) as { __interrupt__?: readonly { value?: unknown }[] };
  assert.deepEqual(
    asked.__interrupt__?.map(({ value }) => value),
    ['Really?'],
  );
  await waits.answer(id, 'interrupt', 'yes');
  assert.equal((await agent.invoke({ said: '' }, config)).said, 'answer 1, yes, answer 2');
  assert.deepEqual(model.asked, ['one', 'two']);
}

/** Killed at each write to the store, and gone on with by another process: no finished call is made again. */
async function everyKill(): Promise<void> {
  const report = await everyCrash((reprise) => {
    const model = new ScriptedModel(({ length }) => ({ text: `answer ${length}` }));
    const node = async () => {
      const one = (await model.invoke('one')).content;
      const rest = await Promise.all(['two', 'three'].map((question) => model.invoke(question)));
      return { said: [one, ...rest.map(({ content }) => content)].join(', ') };
    };
    const graph = new StateGraph(Said)
      .addNode('first', node)
      .addNode('second', node)
      .addEdge('__start__', 'first')
      .addEdge('first', 'second');
    const agent = durable(graph.compile(), { name: 'killed' });
    return reprise.flow('flow', async () => (await agent.invoke({ said: '' })).said);
  });
  assert.equal(report.result, 'answer 1, answer 1, answer 1');
  assert.ok(report.crashes.length > 10);
}

const release = realpathSync(join(process.env.RELEASE ?? '', 'node_modules', '@langchain', 'core'));
assert.ok(fileURLToPath(import.meta.resolve('@langchain/core/messages')).startsWith(release));
await anAgent('react', (model) => createReactAgent({ llm: model, tools: [search] }));
const langchain = await import('langchain').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
});
if (langchain) await anAgent('agent', (model) => langchain.createAgent({ model, tools: [search] }));
await aQuestion(new MemorySaver());
await aQuestion(new KeyvSaver({ store: 'memory:' }) as never);
await everyKill();
console.log(langchain ? 'all' : 'all without langchain');
