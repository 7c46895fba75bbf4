import type { Validated } from '../execution/answer-check.ts';
import type { Begun } from '../execution/begun.ts';
import type { Execution } from '../execution/execution.ts';
import { askInside } from './ask-inside.ts';

/** What a person says about a call that may or may not have happened. */
export type InDoubtAnswer =
  | { readonly outcome: 'done'; readonly value?: unknown }
  | { readonly outcome: 'again' }
  | { readonly outcome: 'fail'; readonly reason?: string };

const SCHEMA = {
  type: 'object',
  properties: {
    outcome: { enum: ['done', 'again', 'fail'] },
    value: { description: 'With "done": what the call returned.' },
    reason: { type: 'string', description: 'With "fail": why.' },
  },
  required: ['outcome'],
} as const;

function validate(answer: unknown): Validated {
  const outcome = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'outcome') : undefined;
  return outcome === 'done' || outcome === 'again' || outcome === 'fail'
    ? { ok: true, value: answer }
    : { ok: false, problems: "outcome must be 'done' (with its value), 'again' or 'fail' (with a reason)" };
}

/**
 * A call with `effect: 'once'` had begun, and nobody knows how it ended. Asks a person; `undefined` means that
 * the call is to be made again.
 */
export async function askInDoubt<T>(
  execution: Execution,
  begun: Begun,
): Promise<{ ok: true; value: T } | { ok: false; error: unknown } | undefined> {
  const { start, match } = begun;
  // Each time that it began and did not end is a question of its own.
  const answer = await askInside(execution, begun, `doubt${match.entry?.begun ?? 1}`, {
    name: `${start.name} in doubt`,
    question: `'${start.name}' had begun when the process ended, and it may have happened. Was it done (with what value), shall it be made again, or shall it fail?`,
    schema: SCHEMA,
    validate,
  });
  const settled = answer as InDoubtAnswer;
  if (settled.outcome === 'again') return undefined;
  if (settled.outcome === 'done') return { ok: true, value: settled.value as T };
  return { ok: false, error: new Error(settled.reason ?? `'${start.name}' was said to have failed`) };
}
