import { wait } from '@reprise/core';
import { type Question, type QuestionSchema, type WaitToolOptions, waitToolParts } from '@reprise/core/adapter';
import { mark } from './tool/marks.ts';

export type { WaitToolOptions };

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

/**
 * A tool that asks a person and gives the model the answer: in the `tools` of `runTools` or of an agent as it is; in a
 * loop of your own in the request's `tools`, and as `tool.function.function({ question })` for the call.
 */
export function waitTool<Answer = unknown>(options: WaitToolOptions<Answer> = {}): WaitTool {
  const { name, description, parameters, asked } = waitToolParts(options);
  const ask = mark(async (question: Question): Promise<string> => {
    const answer = await wait(name, asked(question));
    return typeof answer === 'string' ? answer : JSON.stringify(answer);
  });
  const parse = (text: string): Question => JSON.parse(text) as Question;
  const tool = { type: 'function', function: { name, description, parameters, parse, function: ask } };
  const ofAgents = {
    name,
    description,
    parameters,
    strict: true,
    invoke: mark((_context: unknown, input: string) => ask(parse(input))),
    needsApproval: async () => false,
    isEnabled: async () => true,
  };
  for (const [key, value] of Object.entries(ofAgents)) Object.defineProperty(tool, key, { value, enumerable: false });
  return tool as WaitTool;
}
