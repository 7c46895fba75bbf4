// An agent on Anthropic's client. One process of it: node agent.ts <execution> [stream]
import Anthropic from '@anthropic-ai/sdk';
import { close, costs, flow, renderCosts, WaitingError } from '@reprise/core';
import { durable, durableTools, waitTool } from './adapter.ts';

const anthropic = durable(new Anthropic());

const { findOrder, refund } = durableTools({
  async findOrder({ order }: { order: string }): Promise<string> {
    console.log(`looking for order ${order}`);
    return `Order ${order}: 30 dollars, paid, lost on its way.`;
  },
  async refund({ order, dollars }: { order: string; dollars: number }): Promise<string> {
    console.log(`giving back ${dollars} dollars for order ${order}`);
    return `${dollars} dollars were given back for order ${order}.`;
  },
});

const approve = waitTool({ name: 'approve', description: 'Asks a person whether a refund may be given.' });
const schema = (properties: object) => ({ type: 'object' as const, properties });
const tools = [
  { name: 'findOrder', description: 'Finds an order.', input_schema: schema({ order: { type: 'string' } }) },
  { name: 'refund', description: 'Gives money back.', input_schema: schema({ order: {}, dollars: {} }) },
  { name: approve.name, description: approve.description, input_schema: approve.input_schema },
];
const run: Record<string, (input: never) => Promise<string>> = { findOrder, refund, approve: approve.run };

export const support = flow('support', async ({ question, stream }: { question: string; stream: boolean }) => {
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: question }];
  for (;;) {
    const request = { model: 'claude-opus-5-5', max_tokens: 500, messages, tools };
    const message = stream
      ? await anthropic.messages.stream(request).finalMessage()
      : await anthropic.messages.create(request);
    const used = message.content.find((block) => block.type === 'tool_use');
    if (!used) return message.content.find((block) => block.type === 'text')?.text;
    messages.push({ role: 'assistant', content: message.content });
    const content = (await run[used.name]?.(used.input as never)) ?? 'There is no such tool.';
    messages.push({ role: 'user', content: [{ type: 'tool_result', tool_use_id: used.id, content }] });
  }
});

const [id = 'my-order', how] = process.argv.slice(2);
try {
  const execution = await support.start({ question: 'Where is my order 17?', stream: how === 'stream' }, { id });
  console.log(await execution.result());
  console.log(renderCosts(await costs.report({ execution: id }), { format: 'csv' }));
} catch (error) {
  if (!WaitingError.isInstance(error)) throw error;
  console.log(`waits: ${error.waits[0]?.question}`);
}
await close();
