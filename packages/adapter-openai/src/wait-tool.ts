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

/** A tool as `runTools`, a request of your own, and an agent of `@openai/agents` take it. */
export interface WaitTool {
  readonly type: 'function';
  readonly function: {
    readonly name: string;
    readonly description: string;
    readonly parameters: QuestionSchema;
    readonly parse: (text: string) => Question;
    /** Resolves with the answer as text, once there is one. */
    readonly function: (question: Question) => Promise<string>;
  };
  // What `@openai/agents` reads. These are not enumerable, so that a request does not send them.
  readonly name: string;
  readonly description: string;
  readonly parameters: QuestionSchema;
  readonly strict: boolean;
  readonly invoke: (context: unknown, input: string) => Promise<string>;
  readonly needsApproval: () => Promise<boolean>;
  readonly isEnabled: () => Promise<boolean>;
}

interface QuestionSchema {
  type: 'object';
  properties: { question: { type: 'string'; description: string } };
  required: ['question'];
  additionalProperties: false;
  [key: string]: unknown;
}

const PARAMETERS: QuestionSchema = {
  type: 'object',
  properties: { question: { type: 'string', description: 'What the person is asked.' } },
  required: ['question'],
  additionalProperties: false,
};

/**
 * A tool that asks a person and gives the model the answer: in the `tools` of `runTools` or of an agent as it is; in a
 * loop of your own in the request's `tools`, and as `tool.function.function({ question })` for the call.
 */
export function waitTool<Answer = unknown>(options: WaitToolOptions<Answer> = {}): WaitTool {
  const { name = 'ask_a_person', schema } = options;
  const { description = 'Asks a person, and returns what they answer. Use it for what only they can decide.' } =
    options;
  const ask = mark(async ({ question }: Question): Promise<string> => {
    const answer = await wait(name, { question, ...(schema ? { schema } : {}) });
    return typeof answer === 'string' ? answer : JSON.stringify(answer);
  });
  const parse = (text: string): Question => JSON.parse(text) as Question;
  const tool = { type: 'function', function: { name, description, parameters: PARAMETERS, parse, function: ask } };
  const ofAgents = {
    name,
    description,
    parameters: PARAMETERS,
    strict: true,
    invoke: mark((_context: unknown, input: string) => ask(parse(input))),
    needsApproval: async () => false,
    isEnabled: async () => true,
  };
  for (const [key, value] of Object.entries(ofAgents)) Object.defineProperty(tool, key, { value, enumerable: false });
  return tool as WaitTool;
}
