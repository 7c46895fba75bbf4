import { DynamicStructuredTool } from '@langchain/core/tools';
import { wait } from '@reprise/core';
import { type Question, type QuestionSchema, scope, type WaitToolOptions, waitToolParts } from '@reprise/core/adapter';
import { mark } from './tool/marks.ts';

export type { WaitToolOptions };

/** A tool as every agent of LangChain takes it. */
export type WaitTool = DynamicStructuredTool<QuestionSchema, Question, Question, string>;

/** A tool that asks a person and gives the model the answer: `tools: [waitTool()]`. */
export function waitTool<Answer = unknown>(options: WaitToolOptions<Answer> = {}): WaitTool {
  const { name, description, parameters, asked } = waitToolParts(options);
  const tool = new DynamicStructuredTool({
    name,
    description,
    schema: parameters,
    func: (question: Question, _run, config) => {
      const { toolCall } = (config ?? {}) as { toolCall?: { id?: string } };
      return scope('tool', toolCall?.id, async () => {
        const answer = await wait(name, asked(question));
        return typeof answer === 'string' ? answer : JSON.stringify(answer);
      });
    },
  });
  return mark(tool) as unknown as WaitTool;
}
