import { AIMessage, AIMessageChunk, HumanMessage, ToolMessage } from '@langchain/core/messages';
import { Command, Send } from '@langchain/langgraph';
import { expect, test } from 'vitest';
import { values } from '../src/data/values.ts';

test('messages, commands and sends come back as they were', () => {
  const tool_calls = [{ id: 'a', name: 'b', args: { c: 1 }, type: 'tool_call' as const }];
  const usage_metadata = { input_tokens: 1, output_tokens: 2, total_tokens: 3 };
  for (const message of [
    new HumanMessage({ content: [{ type: 'text', text: 'hi' }], id: '1', name: 'me' }),
    new AIMessage({ content: 'x', tool_calls, usage_metadata, response_metadata: { model_name: 'm' } } as never),
    new AIMessageChunk({ content: 'x', tool_call_chunks: [{ index: 0, args: '{"a', name: 'b', id: 'c' }] } as never),
    new ToolMessage({ content: 'x', tool_call_id: 'a', artifact: { b: new Date(1) }, status: 'error' } as never),
  ]) {
    const revived = values.decode(values.encode(message));
    expect(revived).toEqual(message);
    expect((revived as object).constructor).toBe(message.constructor);
  }
  const command = new Command({ graph: Command.PARENT, goto: [new Send('n', { a: 1 })], update: { b: [1] } });
  expect(values.decode(values.encode(command))).toEqual(command);
});
