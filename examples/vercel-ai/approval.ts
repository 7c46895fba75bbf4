// A refund that a person approves: node approval.ts, then node approval.ts yes, or: node approval.ts no "reason"
import { close, waits } from '@reprise/core';
import { durable } from '@reprise/vercel-ai';
import { ToolLoopAgent } from 'ai';
import { z } from 'zod';
import { log, standIn } from './stand-in.ts';

const id = 'refund-17';
const [answer, reason] = process.argv.slice(2);

const agent = durable(
  new ToolLoopAgent({
    id: 'refunds',
    model: standIn((step, prompt) => {
      if (step === 0) return { tool: 'refund', input: { order: '17', dollars: 30 } };
      const output = prompt
        .flatMap(({ role, content }) => (role === 'tool' ? content : []))
        .map((part) => (part.type === 'tool-result' ? part.output : undefined))
        .at(-1);
      if (output?.type === 'execution-denied') return `No refund: ${output.reason}`;
      return 'Your 30 dollars are on their way back.';
    }),
    tools: {
      refund: {
        description: 'Gives money back.',
        inputSchema: z.object({ order: z.string(), dollars: z.number() }),
        needsApproval: true,
        async execute({ order, dollars }: { order: string; dollars: number }) {
          log(`tool refund ${order}`);
          return `${dollars} dollars were given back.`;
        },
      },
    },
  }),
);

if (answer) await waits.answer(id, 'approve-refund', { approved: answer === 'yes', ...(reason ? { reason } : {}) });
const { text, execution } = await agent.generate({ prompt: 'I want my money back for order 17.', id });
if ((await execution.ended).status === 'waiting') {
  for (const { question } of await waits.list({ execution: id })) console.log(`waits: ${question}`);
} else console.log(text);
await close();
