// A refund that a person approves: node approval.ts, then node approval.ts yes, or: node approval.ts no "reason"
import { close, waits } from '@reprise/core';
import { durable, KeyvSaver } from '@reprise/langchain';
import { type AgentMiddleware, createAgent, humanInTheLoopMiddleware, tool } from 'langchain';
import { z } from 'zod';
import { modelOf } from './model.ts';

const id = 'refund-17';
const [answer, reason] = process.argv.slice(2);

const { model, standIn } = await modelOf(({ last, hasHeard }) => {
  if (hasHeard('were given back')) return 'Your 30 dollars are on their way back.';
  if (!hasHeard('I want my money back')) return '';
  return last.includes('money back') ? { tool: 'refund', input: { order: '17', dollars: 30 } } : `No refund: ${last}`;
});

const refund = tool(
  ({ order, dollars }: { order: string; dollars: number }) => {
    console.log(`giving back ${dollars} dollars for order ${order}`);
    return `${dollars} dollars were given back.`;
  },
  {
    name: 'refund',
    description: 'Gives money back.',
    schema: z.object({ order: z.string(), dollars: z.number() }),
  },
);

// Its own type does not fit where TypeScript runs with exactOptionalPropertyTypes.
const interruptOn = { refund: { allowedDecisions: ['approve', 'reject'] } };
const approvals: AgentMiddleware = humanInTheLoopMiddleware({ interruptOn } as never) as never;

const agent = durable(
  createAgent({
    model,
    tools: [refund],
    middleware: [approvals],
    checkpointer: new KeyvSaver(),
  }),
  { name: 'refunds', tools: { refund: { effect: 'once' } } },
);

if (answer) await waits.answer(id, 'interrupt', { approved: answer === 'yes', ...(reason ? { reason } : {}) });
const input = { messages: [{ role: 'user', content: 'I want my money back for order 17.' }] };
const { messages, execution } = await agent.invoke(input, { id, configurable: { thread_id: id } });
if ((await execution.ended).status === 'waiting') {
  for (const { question } of await waits.list({ execution: id })) console.log(`waits: ${question}`);
} else console.log(messages.at(-1)?.content);
if (standIn) console.log(`requests: ${standIn.requests}`);
standIn?.close();
await close();
