import { type StandardSchema, wait } from '@reprise/core';
import { mark } from './tools.ts';

/** A tool with which the model itself asks a person. */
export interface WaitToolOptions<Answer> {
  /** The tool's name, and the wait's. @default 'ask_a_person' */
  readonly name?: string;
  /** What the model is told of it. */
  readonly description?: string;
  /** What an answer must be. @default any */
  readonly schema?: StandardSchema<Answer>;
}

/** What the model says when it uses the tool. */
export interface Question {
  readonly question: string;
}

/** A tool as `runTools` and a request of your own take it. */
export interface WaitTool {
  readonly type: 'function';
  readonly function: {
    readonly name: string;
    readonly description: string;
    readonly parameters: Record<string, unknown>;
    readonly parse: (text: string) => Question;
    /** Resolves with the answer as text, once there is one. */
    readonly function: (question: Question) => Promise<string>;
  };
}

/**
 * A tool that asks a person and gives the model the answer: in `tools` of `runTools` as it is, in a loop of your own
 * as `tool.function` for the request and `tool.function.function(args)` for the call.
 */
export function waitTool<Answer = unknown>({
  name = 'ask_a_person',
  description,
  schema,
}: WaitToolOptions<Answer> = {}): WaitTool {
  const ask = mark(async ({ question }: Question): Promise<string> => {
    const answer = await wait(name, { question, ...(schema ? { schema } : {}) });
    return typeof answer === 'string' ? answer : JSON.stringify(answer);
  });
  return {
    type: 'function',
    function: {
      name,
      description: description ?? 'Asks a person, and returns what they answer. Use it for what only they can decide.',
      parameters: {
        type: 'object',
        properties: { question: { type: 'string', description: 'What the person is asked.' } },
        required: ['question'],
        additionalProperties: false,
      },
      parse: (text: string): Question => JSON.parse(text) as Question,
      function: ask,
    },
  };
}
