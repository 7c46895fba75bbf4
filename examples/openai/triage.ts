import { Agent, OpenAIProvider, Runner, setTracingDisabled, tool } from '@openai/agents';
import { flow } from '@reprise/core';
import { durable, durableRunner } from '@reprise/openai';
import OpenAI from 'openai';
import { z } from 'zod';
import { approve, findOrder, instructions, model, question, refund } from './tools.ts';

const order = z.string();

const refunds = new Agent({
  name: 'refunds',
  model,
  instructions,
  tools: [
    tool({ name: 'findOrder', description: 'Finds an order.', parameters: z.object({ order }), execute: findOrder }),
    tool({
      name: 'refund',
      description: 'Gives money back.',
      parameters: z.object({ order, dollars: z.number() }),
      execute: refund,
    }),
    approve,
  ],
});

const first = new Agent({
  name: 'triage',
  model,
  instructions: 'Hand over to the agent for the matter.',
  handoffs: [refunds],
});

/** Hands a customer over to the agent for refunds, which asks a person before it gives money back. */
export const triage = flow('triage', async () => {
  setTracingDisabled(true);
  // The copies of the client's types in the two packages differ by their release.
  const modelProvider = new OpenAIProvider({ openAIClient: durable(new OpenAI()) as never });
  const { finalOutput } = await durableRunner(new Runner({ modelProvider })).run(first, question);
  return finalOutput;
});
