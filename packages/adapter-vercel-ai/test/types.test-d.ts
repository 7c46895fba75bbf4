import { type InferAgentUIMessage, Output, ToolLoopAgent, type UIMessage } from 'ai';
import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import { durable, waitTool } from '../src/index.ts';

declare const model: ConstructorParameters<typeof ToolLoopAgent>[0]['model'];

const look = { inputSchema: z.object({ at: z.string() }), execute: async ({ at }: { at: string }) => at.length };
const plain = new ToolLoopAgent({
  model,
  tools: { look, ask: waitTool({ schema: z.boolean() }) },
  callOptionsSchema: z.object({ user: z.string() }),
  output: Output.object({ schema: z.object({ city: z.string() }) }),
});
const agent = durable(plain);

expectTypeOf<InferAgentUIMessage<typeof agent>>().toEqualTypeOf<InferAgentUIMessage<typeof plain>>();
expectTypeOf<InferAgentUIMessage<typeof agent>>().toExtend<UIMessage>();

const { output, execution } = await agent.generate({ prompt: 'go', id: 'one', options: { user: 'me' } });
expectTypeOf(output).toEqualTypeOf<{ city: string }>();
expectTypeOf(execution.id).toEqualTypeOf<string>();

// Without an id it may be a part of a flow, where it has no execution of its own.
const inFlow = await agent.generate({ prompt: 'go', options: { user: 'me' } });
expectTypeOf(inFlow.execution).toEqualTypeOf<typeof execution | undefined>();

// @ts-expect-error the agent's own call options are still required
agent.generate({ prompt: 'go', id: 'one' });
// @ts-expect-error and checked
agent.generate({ prompt: 'go', id: 'one', options: { user: 1 } });

durable(plain, { tools: { look: { effect: 'once' } } });
// @ts-expect-error the agent has no tool of this name
durable(plain, { tools: { lok: { effect: 'once' } } });
// @ts-expect-error there is no such effect
durable(plain, { tools: { look: { effect: 'twice' } } });

const chunks = await agent.resumeStream('one', { after: 3, sendReasoning: false });
expectTypeOf(chunks).toExtend<ReadableStream<unknown>>();
// @ts-expect-error a number of chunks
agent.resumeStream('one', { after: 'all' });
