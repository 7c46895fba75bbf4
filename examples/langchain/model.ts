import { ChatOpenAI } from '@langchain/openai';
import { chatAnswer, type Said, startStandIn } from '../stand-in.ts';

interface Body {
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
}

/** What the model knows of the conversation: what was said last, whether something was said at all, and its tools. */
export interface Asked {
  readonly last: string;
  readonly hasHeard: (words: string) => boolean;
  readonly can: (tool: string) => boolean;
}

/** The model of an example: a stand-in on this machine, or with `OPENAI_API_KEY` the real one. */
export async function modelOf(say: (asked: Asked) => Said) {
  const standIn = process.env.OPENAI_API_KEY ? undefined : await startStandIn<Body>(answer);
  return { model: new ChatOpenAI({ model: process.env.OPENAI_MODEL ?? 'gpt-5-mini', maxRetries: 0 }), standIn };

  function answer({ messages, tools = [] }: Body): object {
    const texts = messages.map(({ content }) => String(content));
    const asked = {
      last: texts.at(-1) ?? '',
      hasHeard: (words: string) => texts.some((text) => text.includes(words)),
      can: (tool: string) => tools.some(({ function: { name } }) => name === tool),
    };
    return chatAnswer(say(asked), messages.length);
  }
}
