import { WaitRejectedError } from '../../errors/index.ts';

/** What a person says of something that may not be done without approval. */
export interface Approval {
  readonly approved: boolean;
  readonly reason?: string;
}

/** The ways to say it. */
export type ApprovalAnswer = boolean | Approval;

/** What was said, where it is an approval or a denial. */
export function approvalOf(answer: unknown): Approval | undefined {
  const given = (typeof answer === 'boolean' ? { approved: answer } : (answer ?? {})) as Partial<Approval>;
  if (typeof given.approved !== 'boolean') return undefined;
  return given.reason === undefined || typeof given.reason === 'string' ? (given as Approval) : undefined;
}

/** A wait that was rejected is a denial. Throws every other error. */
export function denialOf(error: unknown): Approval {
  if (!WaitRejectedError.isInstance(error)) throw error;
  return { approved: false, ...(error.reason === undefined ? {} : { reason: error.reason }) };
}

/** What a person is asked of a tool call. */
export function approvalQuestion(tool: string, input: unknown): string {
  return `May the tool '${tool}' run with ${JSON.stringify(input)}?`;
}
