// An agent with parallel tools and two agents in tools, which kills itself at random: node random-agent.ts <release> <method> <store> <log> <ms>
import { appendFileSync } from 'node:fs';
import { configure } from '@reprise/core';
import { z } from 'zod';
import { durable } from '../src/index.ts';
import { type Content, type Script, scriptedModel } from './model.ts';

const [release = 'ai', method = 'generate', store = '', log = '', milliseconds = ''] = process.argv.slice(2);
const ai: typeof import('ai') = await import(release);
configure({ store });

const Agent = (release === 'ai5' ? Reflect.get(ai, 'Experimental_Agent') : ai.ToolLoopAgent) as typeof ai.ToolLoopAgent;
const stopWhen = ai.stepCountIs(10);
const input = z.object({ n: z.number() });

interface Part {
  readonly type: string;
  readonly toolCallId: string;
  readonly input: { readonly n: number };
  readonly output: { readonly value: string };
}

/** What each tool call was asked, and what it got; version 5 has them in the order in which they came. */
function outputs(prompt: Parameters<Script>[1]): string {
  const parts = prompt.flatMap(({ content }) => content as Part[]);
  const asked = new Map(
    parts.filter(({ type }) => type === 'tool-call').map((part) => [part.toolCallId, part.input.n]),
  );
  const got = parts.filter(({ type }) => type === 'tool-result');
  return got
    .map(({ toolCallId, output }) => `${asked.get(toolCallId)}=${output.value}`)
    .sort()
    .join(' ');
}

const work = {
  inputSchema: input,
  execute: async ({ n }: { n: number }) => {
    appendFileSync(log, `tool ${n}\n`);
    await new Promise((resolve) => setTimeout(resolve, n % 7));
    return `(${n})`;
  },
};

const use = (toolName: string, n: number): Content => ({ type: 'tool-call', toolName, input: { n } });

/** An agent that works twice at a time, twice, and says what came of it. */
function helper(n: number) {
  const script: Script = (step, prompt) =>
    step === 2
      ? [{ type: 'text', text: outputs(prompt) }]
      : [use('work', n + 10 * step + 1), use('work', n + 10 * step + 2)];
  const model = scriptedModel(release, `helper-${n}`, script, { log });
  return durable(new Agent({ model, tools: { work }, stopWhen } as never), { name: `helper-${n}` });
}

const helpers = new Map([100, 200].map((n) => [n, helper(n)]));
const delegate = {
  inputSchema: input,
  execute: async ({ n }: { n: number }) => `[${(await helpers.get(n)?.generate({ prompt: 'help' }))?.text}]`,
};

const script: Script = (step, prompt) => {
  if (step === 0) return [use('delegate', 100), use('work', 1), use('delegate', 200), use('work', 2)];
  if (step === 1) return [use('work', 3), use('work', 4)];
  return [{ type: 'text', text: outputs(prompt) }];
};
const model = scriptedModel(release, 'main', script, { log });
const agent = durable(new Agent({ model, tools: { delegate, work }, stopWhen } as never), { name: 'main' });

if (milliseconds) setTimeout(() => process.kill(process.pid, 'SIGKILL'), Number(milliseconds));
const request = { prompt: 'go', id: 'random' };
if (method === 'generate') console.log((await agent.generate(request)).text);
else {
  const result = await agent.stream(request);
  await result.consumeStream();
  await result.execution.ended;
  console.log(await result.text);
}
