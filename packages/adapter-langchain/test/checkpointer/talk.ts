import { AIMessage } from '@langchain/core/messages';
import { fakeModel } from '@langchain/core/testing';
import type { BaseCheckpointSaver } from '@langchain/langgraph';
import { createAgent, tool } from 'langchain';
import { z } from 'zod';

/** Text of about 500 characters that does not come twice. */
export function words(what: string): string {
  return `${what} `.repeat(Math.ceil(500 / (what.length + 1))).slice(0, 500);
}

/** An agent that answers each turn after one call of its tool. */
export function agentOn(checkpointer: BaseCheckpointSaver | undefined, turns: number, name = 'turn') {
  const model = fakeModel();
  for (let turn = 0; turn < turns; turn++) {
    const tool_calls = [{ name: 'look_up', id: `${name}-${turn}`, args: { topic: words(`${name} ${turn} topic`) } }];
    model.respond(new AIMessage({ content: '', tool_calls }));
    model.respond(new AIMessage(words(`${name} ${turn} answer`)));
  }
  const lookUp = tool(({ topic }) => words(`found ${topic.slice(0, 30)}`), {
    name: 'look_up',
    description: 'looks a topic up',
    schema: z.object({ topic: z.string() }),
  });
  return createAgent({ model, tools: [lookUp], ...(checkpointer && { checkpointer }) });
}

/** Has a conversation of so many turns on one thread; gives its last state's messages. */
export async function talk(checkpointer: BaseCheckpointSaver, turns: number, thread = 'talk'): Promise<string[]> {
  const agent = agentOn(checkpointer, turns);
  let last: { messages: { text: string }[] } = { messages: [] };
  for (let turn = 0; turn < turns; turn++) {
    const input = { messages: [{ role: 'user', content: words(`question ${turn}`) }] };
    last = await agent.invoke(input, { configurable: { thread_id: thread } });
  }
  return last.messages.map(({ text }) => text);
}
