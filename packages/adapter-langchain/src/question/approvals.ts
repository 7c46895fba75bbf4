import type { WaitOptions } from '@reprise/core';
import { type Approval, approvalOf, approvalQuestion, denialOf } from '@reprise/core/adapter';

/** What LangChain's `humanInTheLoopMiddleware` asks with `interrupt()`. */
interface Review {
  readonly actionRequests: readonly Action[];
  readonly reviewConfigs: readonly { readonly allowedDecisions?: readonly string[] }[];
}

interface Action {
  readonly name: string;
  readonly args?: unknown;
  readonly description?: string;
}

interface Decision {
  readonly type: string;
  readonly message?: string;
}

type Result = { readonly value: unknown } | { readonly issues: readonly { readonly message: string }[] };

export function reviewOf(value: unknown): Review | undefined {
  const { actionRequests, reviewConfigs } = (value ?? {}) as Partial<Review>;
  return Array.isArray(actionRequests) && Array.isArray(reviewConfigs) ? { actionRequests, reviewConfigs } : undefined;
}

export function questionOfReview({ actionRequests }: Review): string {
  return actionRequests.map(({ name, args, description }) => description ?? approvalQuestion(name, args)).join('\n');
}

/** Takes an approval, or the middleware's own decisions; what it would fail on for good stays open. */
export function schemaOfReview(review: Review): NonNullable<WaitOptions<unknown>['schema']> {
  const validate = (answer: unknown): Result => {
    const approval = approvalOf(answer);
    const value = approval ? decided(review, approval) : answer;
    const problem = problemOf(review, value);
    return problem === undefined ? { value } : { issues: [{ message: problem }] };
  };
  return { '~standard': { version: 1, vendor: 'reprise', validate } };
}

/** A review that is refused is one whose actions are all rejected. */
export function unlessRejected(review: Review, answer: Promise<unknown>): Promise<unknown> {
  return answer.catch((error) => {
    const value = decided(review, denialOf(error));
    if (problemOf(review, value) !== undefined) throw error;
    return value;
  });
}

function decided({ actionRequests }: Review, { approved, reason }: Approval): { decisions: Decision[] } {
  const denial = { type: 'reject', ...(reason === undefined ? {} : { message: reason }) };
  return { decisions: actionRequests.map(() => (approved ? { type: 'approve' } : denial)) };
}

function problemOf({ actionRequests, reviewConfigs }: Review, answer: unknown): string | undefined {
  const { decisions } = (answer ?? {}) as { readonly decisions?: unknown };
  if (!Array.isArray(decisions)) return 'An approval is true, false, { approved, reason } or { decisions: [ … ] }';
  if (decisions.length !== actionRequests.length) {
    return `There must be a decision for each of ${actionRequests.length} actions, and there are ${decisions.length}`;
  }
  for (const [index, { name }] of actionRequests.entries()) {
    const { allowedDecisions = [] } = reviewConfigs[index] ?? {};
    const type = String(decisions[index]?.type);
    if (!allowedDecisions.includes(type)) {
      return `'${type}' is not allowed for '${name}'; there are: ${allowedDecisions.join(', ')}`;
    }
  }
  return undefined;
}
