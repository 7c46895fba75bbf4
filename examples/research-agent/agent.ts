// A research agent. Three sub-agents look things up at the same time, a person approves what they found, a report
// is written. It is ordinary code: what makes it durable is `flow` around it, `chat` and `checkpoint` at its calls.

import { checkpoint, flow, wait } from '@reprise/core';
import { z } from 'zod';
import { findPassages } from './library.ts';
import { chat, type Message, type Tool } from './model.ts';

const Plan = z.object({ questions: z.array(z.string()) });
const Approval = z.object({ approved: z.boolean(), wish: z.string().optional() });

export const researchAgent = flow('research-agent', async (topic: string) => {
  const questions = await plan(topic);
  const findings = await Promise.all(questions.map(investigate));

  const { approved, wish } = await wait('approve', {
    question: `The findings about "${topic}" are in. Shall the report be written?`,
    schema: Approval,
  });
  return approved ? write(topic, findings, wish) : undefined;
});

async function plan(topic: string): Promise<string[]> {
  const messages: Message[] = [
    { role: 'system', content: 'Break the topic into three questions that can be looked up one by one.' },
    { role: 'user', content: topic },
  ];
  const reply = await chat('plan', messages, { schema: Plan });
  return Plan.parse(JSON.parse(reply.content ?? '')).questions;
}

const search = checkpoint('search', findPassages);

const searchTool: Tool = {
  name: 'search',
  description: 'Finds passages in the library.',
  parameters: z.object({ query: z.string() }),
};

/** A sub-agent: it searches until it can answer. */
async function investigate(question: string): Promise<string> {
  const messages: Message[] = [
    { role: 'system', content: 'Answer in two sentences from what you find in the library. Cite passages as [1].' },
    { role: 'user', content: question },
  ];
  while (true) {
    const reply = await chat('investigate', messages, { tools: [searchTool] });
    messages.push(reply);
    if (!reply.tool_calls?.length) return reply.content ?? '';
    for (const { id, function: tool } of reply.tool_calls) {
      const { query } = searchTool.parameters.parse(JSON.parse(tool.arguments));
      messages.push({ role: 'tool', tool_call_id: id, content: JSON.stringify(await search(query)) });
    }
  }
}

async function write(topic: string, findings: string[], wish = 'Be brief.'): Promise<string> {
  const messages: Message[] = [
    { role: 'system', content: `Write a report from these findings alone, and keep their citations. ${wish}` },
    { role: 'user', content: [topic, ...findings].join('\n\n') },
  ];
  const reply = await chat('write', messages);
  return reply.content ?? '';
}
