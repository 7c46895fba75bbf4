// An agent as one process: node agent.ts <style> <method> <store> <log> <durability>
// KILL=<line> in the environment ends it in the call that writes this line into the log. With ONCE its tool is not repeated.
import { appendFileSync } from 'node:fs';
import { tool } from '@langchain/core/tools';
import { Annotation, entrypoint, StateGraph, task } from '@langchain/langgraph';
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import { configure, recover, WaitingError } from '@reprise/core';
import { createAgent } from 'langchain';
import { z } from 'zod';
import { durable, waitTool } from '../src/index.ts';
import { type Said, ScriptedModel } from './model.ts';

const [style = '', method = 'invoke', store = '', log = ''] = process.argv.slice(2);
configure({ store });

function killIf(line: string): void {
  if (process.env.KILL === line) process.kill(process.pid, 'SIGKILL');
}

const step = tool(
  async ({ n }: { n: number }) => {
    // The first two are over by then.
    if (n === 3) await new Promise((resolve) => setTimeout(resolve, 100));
    appendFileSync(log, `tool ${n}\n`);
    killIf(`tool ${n}`);
    return `did ${n}`;
  },
  { name: 'step', description: 'A step.', schema: z.object({ n: z.number() }) },
);
const approve = waitTool({ name: 'approve', schema: z.boolean() });

const ask = (name: string, n: number) => ({
  id: `call_${name}_${n}`,
  name,
  args: name === 'step' ? { n } : { question: 'Go on?' },
});

const model = new ScriptedModel(async (messages): Promise<Said> => {
  const last = String(messages.at(-1)?.content);
  killIf(`model ${last}`);
  if (messages.at(-1)?._getType() === 'tool') return { text: 'All done.' };
  if (last === 'three tools') return { calls: [ask('step', 1), ask('step', 2), ask('step', 3)] };
  if (last === 'approval') return { calls: [ask('step', 1), ask('approve', 2)] };
  return { text: `answer to ${last}` };
}, log);

const five = async () => {
  const said: string[] = [];
  for (let n = 1; n <= 5; n++) said.push(String((await model.invoke(`question ${n}`)).content));
  return { said: said.join(', ') };
};
const State = Annotation.Root({ said: Annotation<string>() });

const agents = {
  node: () => new StateGraph(State).addNode('five', five).addEdge('__start__', 'five').compile(),
  functional: () => {
    const question = task('question', async (n: number) => String((await model.invoke(`question ${n}`)).content));
    return entrypoint('functional', async () => {
      const said: string[] = [];
      for (let n = 1; n <= 5; n++) said.push(await question(n));
      return { said: said.join(', ') };
    });
  },
  react: () => createReactAgent({ llm: model, tools: [step, approve] }),
  agent: () => createAgent({ model, tools: [step, approve] }),
};

const made = agents[style as keyof typeof agents]();
const agent = durable(made as ReturnType<typeof agents.agent>, {
  name: 'worker',
  ...(process.env.ONCE ? { tools: { step: { effect: 'once' } } } : {}),
});
const input = { messages: [{ role: 'user', content: process.env.PROMPT ?? 'go' }], said: '' } as never;

try {
  if (method === 'recover') {
    for (const handle of await recover()) await handle.result();
  } else if (method === 'invoke' || method === 'script') {
    // As a script without a flow, the agent belongs to the execution of its process.
    const config = method === 'script' ? {} : { id: 'agent' };
    const { messages, said } = (await agent.invoke(input, config as never)) as never as {
      messages?: { content: string }[];
      said?: string;
    };
    console.log(said ?? messages?.at(-1)?.content);
  } else {
    let text = '';
    for await (const chunk of await agent.stream(input, { id: 'agent', streamMode: method as 'values' })) {
      text += (chunk as never as [{ content: string }])[0].content;
    }
    console.log(text);
  }
} catch (error) {
  console.log(WaitingError.isInstance(error) ? 'waits' : String(error));
}
