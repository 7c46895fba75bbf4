// A supervisor with two agents: node supervisor.ts. CRASH=refund ends the process when that tool is about to run.
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import { createSupervisor } from '@langchain/langgraph-supervisor';
import { close, costs } from '@reprise/core';
import { durable } from '@reprise/langchain';
import { tool } from 'langchain';
import { z } from 'zod';
import { modelOf } from './model.ts';

const { model, standIn } = await modelOf(({ hasHeard, can }) => {
  if (can('findOrder')) {
    return hasHeard('lost on its way') ? 'Order 17 was lost.' : { tool: 'findOrder', input: { order: '17' } };
  }
  if (can('refund')) {
    return hasHeard('were given back') ? '30 dollars went back.' : { tool: 'refund', input: { order: '17' } };
  }
  if (!hasHeard('transferred to orders')) return { tool: 'transfer_to_orders', input: {} };
  if (!hasHeard('transferred to refunds')) return { tool: 'transfer_to_refunds', input: {} };
  return 'Your order was lost on its way. Your 30 dollars are on their way back.';
});

function doing(name: string, description: string, result: string) {
  return tool(
    ({ order }: { order: string }) => {
      if (process.env.CRASH === name) process.kill(process.pid, 'SIGKILL');
      console.log(`${name} ${order}`);
      return result;
    },
    { name, description, schema: z.object({ order: z.string() }) },
  );
}

const orders = createReactAgent({
  name: 'orders',
  llm: model,
  tools: [doing('findOrder', 'Finds an order.', 'Order 17: paid, lost on its way.')],
  prompt: 'You find orders.',
});
const refunds = createReactAgent({
  name: 'refunds',
  llm: model,
  tools: [doing('refund', 'Gives the money for an order back.', '30 dollars were given back.')],
  prompt: 'You give money back.',
});
const supervisor = createSupervisor({
  agents: [orders, refunds],
  llm: model,
  prompt: 'Find the order first. Give the money for a lost one back. Then say what was done.',
});

const agent = durable(supervisor.compile(), { name: 'desk' });

const input = { messages: [{ role: 'user', content: 'Where is my order 17?' }] };
const { messages } = await agent.invoke(input, { id: 'desk-17' });
console.log(messages.at(-1)?.content);
const { totals } = await costs.report({ execution: 'desk-17' });
console.log(`model calls: ${totals.attempts}, served after a crash: ${totals.savedCalls}`);
if (standIn) console.log(`requests: ${standIn.requests}`);
standIn?.close();
await close();
