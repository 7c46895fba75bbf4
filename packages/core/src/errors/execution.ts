import { RepriseError, type RepriseErrorOptions } from './base.ts';

/** What a person has to answer before the execution can go on. */
export interface OpenWait {
  /** The execution that asked: the one at hand, or a child of it. */
  readonly execution: string;
  /** Unique in its execution: the wait's name, with `#2`, `#3`, … when the name was used again. */
  readonly name: string;
  readonly question: string | undefined;
  /** What the framework that asks calls it, where it has a name of its own for it. */
  readonly reference?: string | undefined;
  /** When time answers it, in milliseconds since the epoch: the end of a sleep, or the deadline. */
  readonly until: number | undefined;
  /** A sleep is answered by time alone. */
  readonly sleep: boolean;
  /** The JSON Schema of the answer, where the schema could tell it. */
  readonly schema: unknown;
  /** When it was asked, in milliseconds since the epoch. */
  readonly at: number;
  /** Which answer counts next, from 1: one more than were refused. */
  readonly attempt: number;
  /** Why the last answer was refused. */
  readonly refused: string | undefined;
}

/** The execution waits: for an answer, or for time. Nothing is lost; it goes on with `executions.resume(id)`. */
export class WaitingError extends RepriseError {
  readonly execution: string;
  readonly waits: readonly OpenWait[];

  constructor(execution: string, waits: readonly OpenWait[]) {
    const list = waits.map(describe).join(', ');
    // A program that does not catch it ends with what is asked and how to answer, and not with a stack: it did not crash.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super('REPRISE_WAITING', `Execution ${execution} waits for: ${list}. ${whatNext(execution, waits)}`);
    Error.stackTraceLimit = stackTraceLimit;
    this.execution = execution;
    this.waits = waits;
  }
}

function describe({ name, question, refused }: OpenWait): string {
  const details = [question, refused && `the last answer was refused: ${refused}`].filter(Boolean).join('; ');
  return details ? `${name} (${details})` : name;
}

function whatNext(execution: string, waits: readonly OpenWait[]): string {
  const asked = waits.find(({ sleep }) => !sleep);
  if (asked) {
    const inCode = `waits.answer('${asked.execution}', '${asked.name}', …) and executions.resume('${execution}')`;
    return `It did not fail: answer with \`npx reprise answer ${asked.execution}\`, or ${inCode}, and it goes on.`;
  }
  const until = Math.min(...waits.map((wait) => wait.until ?? Number.POSITIVE_INFINITY));
  const when = Number.isFinite(until) ? `after ${new Date(until).toISOString()}` : 'then';
  return `Time answers it: go on ${when} with recover() or executions.resume('${execution}').`;
}

/** Another process works on this execution. */
export class ExecutionBusyError extends RepriseError {
  readonly execution: string;

  constructor(execution: string, owner: string, milliseconds: number) {
    super(
      'REPRISE_EXECUTION_BUSY',
      `Execution ${execution} is being run by ${owner}. Its lease ends in ${Math.ceil(milliseconds / 1000)} s unless renewed. ` +
        'Wait for it, or pass { takeover: true } if you know that it is gone.',
    );
    this.execution = execution;
  }
}

/** Another process has taken this execution over; this one may not write any more. */
export class FencedError extends RepriseError {
  readonly execution: string;

  constructor(execution: string, by: string) {
    super(
      'REPRISE_FENCED',
      `Execution ${execution} was taken over by ${by}. This process stops working on it; what it had recorded is kept.`,
    );
    this.execution = execution;
  }
}

/** The execution was cancelled. */
export class CancelledError extends RepriseError {
  readonly execution: string;
  readonly reason: string | undefined;

  constructor(execution: string, reason?: string) {
    super('REPRISE_CANCELLED', `Execution ${execution} was cancelled${reason ? `: ${reason}` : '.'}`);
    this.execution = execution;
    this.reason = reason;
  }
}

/** The id belongs to an execution that was started with another input, or of another flow. */
export class InputMismatchError extends RepriseError {
  readonly execution: string;

  constructor(execution: string, message: string) {
    super('REPRISE_INPUT_MISMATCH', message);
    this.execution = execution;
  }
}

/** This process has no flow of that name, so it cannot go on with the execution. */
export class UnknownFlowError extends RepriseError {
  readonly flow: string;

  constructor(flow: string, message: string, options?: RepriseErrorOptions) {
    super('REPRISE_UNKNOWN_FLOW', message, options);
    this.flow = flow;
  }
}

/** The execution is in a state in which this cannot be done. */
export class StateError extends RepriseError {
  constructor(message: string) {
    super('REPRISE_STATE', message);
  }
}
