// An agent of six model calls and five tools, as one process: node agent.ts <release> <method> <store> <log> <style>
// KILL=<point>,<step> in the environment ends it: arguments belong to the execution of a process.
import { appendFileSync } from 'node:fs';
import { configure, recover, WaitingError } from '@reprise/core';
import { z } from 'zod';
import { durable, waitTool } from '../src/index.ts';
import { type Content, type KillPoint, scriptedModel } from './model.ts';

const [release = 'ai', method = 'generate', store = '', log = '', style = 'plain'] = process.argv.slice(2);
const [at = 'never', step = '0'] = process.env.KILL?.split(',') ?? [];
const ai: typeof import('ai') = await import(release);
const kill = { at, step: Number(step) } as KillPoint;
configure({ store });

const ask = (toolName: string, input: object = {}): Content => ({ type: 'tool-call', toolName, input });

async function execute({ n }: { n: number }): Promise<{ n: number; at: Date }> {
  appendFileSync(log, `tool ${n}\n`);
  if (kill.at === 'tool' && kill.step === n) process.kill(process.pid, 'SIGKILL');
  return { n, at: new Date(n) };
}

const stopWhen = ai.stepCountIs(10);

const tools = {
  step: { description: 'A step.', inputSchema: z.object({ n: z.number() }), execute },
  delegate: { description: 'A helper.', inputSchema: z.object({}), execute: delegate },
  approve: waitTool({ name: 'approve', schema: z.boolean() }),
};

// An agent in a tool, which nobody has wrapped.
const inner = scriptedModel(
  release,
  'inner',
  (turn) => {
    return turn === 2 ? [{ type: 'text', text: 'Both.' }] : [ask('step', { n: 101 + turn })];
  },
  { log, kill },
);

async function delegate(): Promise<string> {
  const request = { model: inner, prompt: 'help', stopWhen, tools: { step: { ...tools.step } } };
  if (method === 'generate') return (await ai.generateText(request)).text;
  return ai.streamText(request).text;
}

function script(turn: number): Content[] {
  if (turn === 5) return [{ type: 'text', text: 'All five are done.' }];
  if (style === 'nested' && turn === 1) return [ask('delegate'), ask('delegate'), ask('step', { n: 1 })];
  if (style === 'wait' && turn === 2) return [ask('approve', { question: 'Go on?' }), ask('step', { n: turn })];
  return [{ type: 'text', text: `Step ${turn}.` }, ask('step', { n: turn })];
}

const model = scriptedModel(release, 'scripted', script, { log, kill });
const Agent = (release === 'ai5' ? Reflect.get(ai, 'Experimental_Agent') : ai.ToolLoopAgent) as typeof ai.ToolLoopAgent;
const agent = durable(new Agent({ model, tools, stopWhen, id: 'worker' } as never), {
  name: 'worker',
  ...(style === 'once' ? { tools: { step: { effect: 'once' } } as never } : {}),
});

// As a script without a flow, the agent belongs to the execution of its process.
const isScript = style === 'script';

try {
  const request = { prompt: 'go', id: 'agent' };
  if (method === 'recover') {
    for (const handle of await recover()) await handle.result();
  } else if (isScript) console.log((await agent.generate({ prompt: 'go' })).text);
  else if (method === 'generate') {
    const { text, execution } = await agent.generate(request);
    console.log((await execution.ended).status === 'waiting' ? 'waits' : text);
  } else {
    const result = await agent.stream(request);
    const chunks: string[] = [];
    for await (const chunk of result.toUIMessageStream()) chunks.push(JSON.stringify(chunk));
    const { status } = await result.execution.ended;
    if (method === 'chunks') console.log(chunks.join('\n'));
    else console.log(status === 'waiting' ? 'waits' : await result.text);
  }
} catch (error) {
  console.log(WaitingError.isInstance(error) ? 'waits' : String(error));
}
