import { AIMessage, HumanMessage, ToolMessage } from '@langchain/core/messages';
import { Command } from '@langchain/langgraph';
import { expect, test } from 'vitest';
import { withPresentMessages } from '../src/tool/present-messages.ts';

const human = (id: string) => new HumanMessage({ content: 'otters?', id });
const done = (tool_call_id: string, id?: string) =>
  new ToolMessage({ content: 'done', tool_call_id, ...(id === undefined ? {} : { id }) });
const handing = (...messages: object[]) => new Command({ update: { messages } });
const idsOf = (output: unknown) =>
  (output as { update: { messages: { id?: string }[] } }).update.messages.map(({ id }) => id);

test('messages that a recorded command hands on are those that are there now', () => {
  const state = { messages: [human('new 1'), done('a', 'new 2'), new AIMessage({ content: 'on', id: 'kept' })] };
  const recorded = handing(human('old 1'), done('a', 'old 2'), new AIMessage({ content: 'on', id: 'kept' }));
  expect(idsOf(withPresentMessages(recorded, state))).toEqual(['new 1', 'new 2', 'kept']);
});

test("a tool's own message stays its own, though an equal one is there", () => {
  const state = { messages: [human('1'), done('a', '2')] };
  const output = withPresentMessages(handing(done('b')), state) as { update: { messages: ToolMessage[] } };
  expect(output.update.messages.map(({ tool_call_id, id }) => [tool_call_id, id])).toEqual([['b', undefined]]);
});

test('what is no command, or belongs to no state of messages, is left alone', () => {
  expect(withPresentMessages('found', { messages: [human('1')] })).toBe('found');
  const command = handing(human('old'));
  expect(idsOf(withPresentMessages(command, { said: 'a' }))).toEqual(['old']);
  expect(idsOf(withPresentMessages(command, undefined))).toEqual(['old']);
});
