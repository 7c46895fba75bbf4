import { wait } from '@reprise/core';
import {
  callWait,
  type Question,
  type QuestionSchema,
  scope,
  type WaitToolOptions,
  waitToolParts,
} from '@reprise/core/adapter';
import { type Ask, asksWith } from './tool/asks.ts';
import { mark } from './tool/marks.ts';

export type { WaitToolOptions };

/** A tool as every version of the AI SDK takes it. */
export interface WaitTool<Answer> {
  readonly description: string;
  // biome-ignore lint/suspicious/noExplicitAny: the SDK's own schema type differs from version to version
  readonly inputSchema: any;
  readonly execute: (question: Question, options: { readonly toolCallId: string }) => Promise<Answer>;
}

/** A tool that asks a person and gives the model the answer: `tools: { ask: waitTool() }`. */
export function waitTool<Answer = unknown>(options: WaitToolOptions<Answer> = {}): WaitTool<Answer> {
  const { name, description, parameters, asked } = waitToolParts(options);
  const tool = {
    description,
    inputSchema: questionSchema(parameters),
    execute: (question: Question, call: { readonly toolCallId: string }) =>
      scope('tool', call?.toolCallId, () => wait<Answer>(name, asked(question))),
  };
  const ask: Ask = (question, toolCallId) => scope('tool', toolCallId, () => callWait(name, asked(question)));
  return mark(asksWith(tool, ask));
}

// As the SDK's own `jsonSchema()` makes it, which all versions know by these symbols.
function questionSchema(jsonSchema: QuestionSchema): unknown {
  return {
    [Symbol.for('vercel.ai.schema')]: true,
    [Symbol.for('vercel.ai.validator')]: true,
    jsonSchema,
    validate: (value: unknown) =>
      typeof (value as Partial<Question> | null)?.question === 'string'
        ? { success: true, value }
        : { success: false, error: new TypeError('The tool takes { question }, a text.') },
  };
}
