import { flow } from '@reprise/core';
import { durable } from '@reprise/openai';
import OpenAI from 'openai';
import { approve, findOrder, instructions, model, question, refund } from './tools.ts';

const order = { type: 'string' };

const tools = [
  {
    type: 'function' as const,
    function: {
      name: 'findOrder',
      description: 'Finds an order by its number.',
      parameters: { type: 'object', properties: { order }, required: ['order'] },
      parse: JSON.parse,
      function: findOrder,
    },
  },
  {
    type: 'function' as const,
    function: {
      name: 'refund',
      description: 'Gives money back.',
      parameters: {
        type: 'object',
        properties: { order, dollars: { type: 'number' } },
        required: ['order', 'dollars'],
      },
      parse: JSON.parse,
      function: refund,
    },
  },
  approve,
];

/** Answers a customer; before money is given back, it asks a person. */
export const support = flow('support', async () => {
  const openai = durable(new OpenAI());
  const runner = openai.chat.completions.runTools({
    model,
    messages: [
      { role: 'system', content: instructions },
      { role: 'user', content: question },
    ],
    tools,
  });
  return runner.finalContent();
});
