import { durableTools, waitTool } from '@reprise/openai';

/** What the agents can do; a call that has ended is not made again. */
export const { findOrder, refund } = durableTools({
  async findOrder({ order }: { order: string }): Promise<string> {
    console.log(`looking for order ${order}`);
    return `Order ${order}: 30 dollars, paid, lost on its way.`;
  },
  async refund({ order, dollars }: { order: string; dollars: number }): Promise<string> {
    console.log(`giving back ${dollars} dollars for order ${order}`);
    return `${dollars} dollars were given back for order ${order}.`;
  },
});

/** The model asks a person with it. */
export const approve = waitTool({ name: 'approve', description: 'Asks a person whether a refund may be given.' });

export const question = 'Where is my order 17? I want my money back.';
export const instructions = 'Find the order. Before you refund anything, have it approved. Then say what was done.';
export const model = process.env.OPENAI_MODEL ?? 'gpt-5-mini';
