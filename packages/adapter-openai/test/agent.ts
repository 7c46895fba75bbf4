// An agent of six requests in the style that is named, as one process: node agent.ts <style> <server> <store> <effects>
import { appendFileSync } from 'node:fs';
import type { Agent as SdkAgent } from '@openai/agents';
import { Reprise, WaitingError } from '@reprise/core';
import { isInExecution } from '@reprise/core/adapter';
import type OpenAI from 'openai';
import { z } from 'zod';
import { durable, durableAgent, durableRunner, durableTools, waitTool } from '../src/index.ts';

// The release of the client, by the name under which it is installed.
const { default: Client }: typeof import('openai') = await import(process.env.CLIENT ?? 'openai');

const isOfSdk = process.argv[2]?.startsWith('agents') === true;
// It takes longer to load than all the rest, and the other styles do without it.
const sdk = (isOfSdk ? await import('@openai/agents') : {}) as typeof import('@openai/agents');
const { Agent, Runner, run: runAgent, setDefaultOpenAIClient, setTracingDisabled, tool } = sdk;

const [style = '', baseURL = '', store = '', effects = ''] = process.argv.slice(2);
const openai = durable(new Client({ baseURL, apiKey: 'none', maxRetries: 2 }), { streamUsage: true });
async function step({ n }: { n: number }): Promise<string> {
  appendFileSync(effects, `${n}\n`);
  return `result ${n}`;
}
const tools = durableTools({ step });
const described = {
  name: 'step',
  description: 'A step.',
  parameters: { type: 'object', properties: { n: { type: 'number' } } },
};
const model = 'gpt-test';

function textOf(output: readonly { type: string; content?: unknown }[]): string {
  const message = output.find(({ type }) => type === 'message') as OpenAI.Responses.ResponseOutputMessage;
  const [part] = message.content;
  return part?.type === 'output_text' ? part.text : '';
}

type Messages = OpenAI.ChatCompletionMessageParam[];

async function loop(ask: (messages: Messages) => Promise<OpenAI.ChatCompletionMessage>): Promise<string | null> {
  const messages: Messages = [{ role: 'user', content: 'go' }];
  for (;;) {
    const message = await ask(messages);
    messages.push(message);
    if (!message.tool_calls) return message.content;
    for (const call of message.tool_calls) {
      if (call.type !== 'function') continue;
      messages.push({
        role: 'tool',
        tool_call_id: call.id,
        content: await tools.step(JSON.parse(call.function.arguments)),
      });
    }
  }
}

const request = (messages: Messages) => ({
  model,
  messages,
  tools: [{ type: 'function' as const, function: described }],
});

if (isOfSdk) setTracingDisabled(true);

function newAgent(execute: (input: { n: number }) => Promise<string> = step): SdkAgent {
  setDefaultOpenAIClient(openai as never);
  const parameters = z.object({ n: z.number() });
  return new Agent({ name: 'worker', model, tools: [tool({ ...described, parameters, execute })] });
}

const styles: Record<string, () => Promise<string | null>> = {
  plain: () =>
    loop(
      async (messages) =>
        (await openai.chat.completions.create(request(messages))).choices[0]?.message as OpenAI.ChatCompletionMessage,
    ),
  stream: () => loop((messages) => openai.chat.completions.stream(request(messages)).finalMessage()),
  chunks: () =>
    loop(async (messages) => {
      let content: string | null = null;
      let call: OpenAI.ChatCompletionMessageFunctionToolCall | undefined;
      for await (const { choices } of await openai.chat.completions.create({ ...request(messages), stream: true })) {
        const delta = choices[0]?.delta ?? {};
        if (delta.content) content = (content ?? '') + delta.content;
        for (const { id = '', function: called } of delta.tool_calls ?? [])
          call = { id, type: 'function', function: { name: called?.name ?? '', arguments: called?.arguments ?? '' } };
      }
      return { role: 'assistant', content, refusal: null, ...(call ? { tool_calls: [call] } : {}) };
    }),
  responses: async () => {
    const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'go' }];
    for (;;) {
      const { output } = await openai.responses.create({ model, input });
      const call = output.find((item) => item.type === 'function_call');
      if (!call) return textOf(output);
      const result = await tools.step(JSON.parse(call.arguments));
      input.push(call, { type: 'function_call_output', call_id: call.call_id, output: result });
    }
  },
  'responses-stream': async () => {
    const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'go' }];
    for (;;) {
      const { output } = await openai.responses.stream({ model, input }).finalResponse();
      const call = output.find((item) => item.type === 'function_call');
      if (!call) return textOf(output);
      const result = await tools.step(JSON.parse(call.arguments));
      const { type, name, call_id } = call;
      input.push({ type, name, call_id, arguments: call.arguments });
      input.push({ type: 'function_call_output', call_id: call.call_id, output: result });
    }
  },
  runTools: () => {
    const tool = { type: 'function' as const, function: { ...described, function: step, parse: JSON.parse } };
    const messages: Messages = [{ role: 'user', content: 'go' }];
    return openai.chat.completions.runTools({ model, messages, tools: [tool] }).finalContent();
  },
  'runTools-stream': () => {
    const tool = { type: 'function' as const, function: { ...described, function: step, parse: JSON.parse } };
    const messages: Messages = [{ role: 'user', content: 'go' }];
    return openai.chat.completions.runTools({ model, messages, tools: [tool], stream: true }).finalContent();
  },
  // The third step asks a person.
  'runTools-wait': () => {
    const ask = waitTool({ name: 'approve' }).function.function;
    const asking = async ({ n }: { n: number }) => (n === 3 ? ask({ question: `step ${n}?` }) : step({ n }));
    const tool = { type: 'function' as const, function: { ...described, function: asking, parse: JSON.parse } };
    const messages: Messages = [{ role: 'user', content: 'go' }];
    return openai.chat.completions.runTools({ model, messages, tools: [tool] }).finalContent();
  },
  agents: async () => (await durableRunner(new Runner()).run(newAgent(), 'go')).finalOutput ?? null,
  'agents-stream': async () => {
    const result = await durableRunner(new Runner()).run(newAgent(), 'go', { stream: true });
    for await (const _event of result);
    return (result.finalOutput as string | undefined) ?? null;
  },
  'agents-handoff': async () => {
    const triage = new Agent({ name: 'triage', model, handoffs: [newAgent()] });
    return (await runAgent(durableAgent(triage), 'go')).finalOutput ?? null;
  },
  'agents-wait': async () => {
    const { invoke } = waitTool({ name: 'approve' });
    const agent = newAgent(async ({ n }) =>
      n === 3 ? invoke(undefined, JSON.stringify({ question: `step ${n}?` })) : step({ n }),
    );
    return (await runAgent(durableAgent(agent), 'go')).finalOutput ?? null;
  },
};

const work = styles[style] as () => Promise<string | null>;

// As a script without a flow, the agent belongs to the execution of its process.
if (isInExecution()) console.log(await work());
else await asFlow();

async function asFlow(): Promise<void> {
  const reprise = new Reprise({ store });
  const run = reprise.flow('agent', work);
  try {
    console.log(await (await run.start(undefined, { id: 'agent' })).result());
  } catch (error) {
    if (!WaitingError.isInstance(error)) throw error;
    console.log('waits');
  }
  await reprise.close();
}
