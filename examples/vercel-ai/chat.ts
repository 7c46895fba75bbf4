// A chat whose answers outlive the server: PORT=3000 node chat.ts
import { serve } from '@hono/node-server';
import { NotFoundError } from '@reprise/core';
import { durable } from '@reprise/vercel-ai';
import { convertToModelMessages, createUIMessageStreamResponse, ToolLoopAgent, type UIMessage } from 'ai';
import { Hono } from 'hono';
import { z } from 'zod';
import { log, standIn } from './stand-in.ts';

const ANSWER =
  'Order 17 was paid on Monday, left the house on Tuesday, and will be at your door on Friday before noon.';

const agent = durable(
  new ToolLoopAgent({
    id: 'chat',
    model: standIn((step) => (step === 0 ? { tool: 'findOrder', input: { order: '17' } } : ANSWER)),
    tools: {
      findOrder: {
        description: 'Finds an order.',
        inputSchema: z.object({ order: z.string() }),
        async execute({ order }: { order: string }) {
          log(`tool findOrder ${order}`);
          return `Order ${order}: on its way.`;
        },
      },
    },
  }),
);

const app = new Hono();

app.post('/chat', async (context) => {
  const { id: chat, messages } = await context.req.json<{ id: string; messages: UIMessage[] }>();
  const asked = messages.findLast(({ role }) => role === 'user');
  if (!asked) return context.text('There is no message of a user.', 400);
  const result = await agent.stream({
    id: `${chat}-${asked.id}`,
    messages: await convertToModelMessages(messages),
  });
  return createUIMessageStreamResponse({ stream: result.toUIMessageStream() });
});

// The id is the execution's: the chat's and that of the last message of the user.
app.get('/chat/:id/stream', async (context) => {
  const after = Number(context.req.query('after') ?? 0);
  try {
    return createUIMessageStreamResponse({ stream: await agent.resumeStream(context.req.param('id'), { after }) });
  } catch (error) {
    if (NotFoundError.isInstance(error)) return context.body(null, 204);
    throw error;
  }
});

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env.PORT ?? 3000) }, ({ port }) =>
  console.log(`http://127.0.0.1:${port}`),
);
