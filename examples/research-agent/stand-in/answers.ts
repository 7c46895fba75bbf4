// What the stand-in model says: made from the request alone, so the same request has the same answer.

import type { ChatRequest, Completion, Message } from '../model.ts';

const QUESTIONS = [
  'What do sea otters eat, and how do they open it?',
  'What happens to a kelp forest where the otters are gone?',
  'How did the sea otters come back after the end of the fur trade?',
];
const SMALL_WORDS = new Set(['what', 'where', 'how', 'the', 'are', 'did', 'and', 'they', 'come', 'end']);

export function answer(request: ChatRequest): Completion {
  const message = reply(request);
  const usage = { prompt_tokens: tokens(request.messages), completion_tokens: tokens(message) };
  return { model: 'stand-in', choices: [{ message }], usage };
}

/** In milliseconds. A longer question takes longer, so the sub-agents are not in step. */
export function thinkingTime({ messages }: ChatRequest): number {
  const question = messages.find(({ role }) => role === 'user')?.content ?? '';
  return Math.max(200, 15 * Math.min(question.length, 100) - 300);
}

function reply(request: ChatRequest): Message {
  const last = request.messages.at(-1);
  const said = last?.content ?? '';
  if (request.response_format) return says(JSON.stringify({ questions: QUESTIONS }));
  if (last?.role === 'tool') return says(cite(JSON.parse(said)));
  if (request.tools) return searches(keywords(said));
  return says(report(said));
}

function says(content: string): Message {
  return { role: 'assistant', content };
}

function searches(query: string): Message {
  const name = 'search';
  const call = {
    id: `call_${query.length}`,
    type: 'function' as const,
    function: { name, arguments: JSON.stringify({ query }) },
  };
  return { role: 'assistant', content: null, tool_calls: [call] };
}

function keywords(question: string): string {
  const words = question.toLowerCase().match(/[a-z]{3,}/g) ?? [];
  return words.filter((word) => !SMALL_WORDS.has(word)).join(' ');
}

function cite(passages: readonly { id: number; text: string }[]): string {
  return passages.map(({ id, text }) => `${text.slice(0, -1)} [${id}].`).join(' ');
}

function report(findings: string): string {
  const [topic = '', ...paragraphs] = findings.split('\n\n');
  return [topic.toUpperCase(), ...paragraphs].join('\n\n');
}

// About four characters are one token.
function tokens(said: unknown): number {
  return Math.ceil(JSON.stringify(said).length / 4);
}
