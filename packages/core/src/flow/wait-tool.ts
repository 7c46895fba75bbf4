import { type Check, checkName, checkOptions, isText } from './options.ts';
import { isStandardSchema, type StandardSchema } from './standard-schema.ts';
import type { WaitOptions } from './wait.ts';

/** A tool with which the model itself asks a person. */
export interface WaitToolOptions<Answer> {
  /** The wait's name, and the tool's where the framework has it in the tool. @default 'ask_a_person' */
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

/** The JSON schema of a question. */
export interface QuestionSchema {
  type: 'object';
  properties: { question: { type: 'string'; description: string } };
  required: ['question'];
  additionalProperties: false;
  [key: string]: unknown;
}

/** What the tools of all frameworks have in common. */
export interface WaitToolParts<Answer> {
  readonly name: string;
  readonly description: string;
  readonly parameters: QuestionSchema;
  /** What is asked of the person: `wait(name, asked(question))`. */
  asked(question: Question): WaitOptions<Answer>;
}

const PARAMETERS: QuestionSchema = {
  type: 'object',
  properties: { question: { type: 'string', description: 'What the person is asked.' } },
  required: ['question'],
  additionalProperties: false,
};

const CHECKS: Record<string, Check> = {
  name: isText,
  description: isText,
  schema: (value) => isStandardSchema(value) || 'a Standard Schema, such as z.boolean()',
};

/** The parts that an adapter makes its framework's own tool of. */
export function waitToolParts<Answer>(options: WaitToolOptions<Answer>): WaitToolParts<Answer> {
  checkOptions(options, 'waitTool', CHECKS);
  const { name = 'ask_a_person', schema } = options;
  const { description = 'Asks a person, and returns what they answer. Use it for what only they can decide.' } =
    options;
  checkName(name, "A wait's name");
  return {
    name,
    description,
    parameters: PARAMETERS,
    asked: ({ question }) => ({ question, ...(schema ? { schema } : {}) }),
  };
}
