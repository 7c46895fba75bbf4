import { RepriseError } from './base.ts';

/** One side of a divergence: what the journal has, or what the code does now. */
export interface DivergenceSide {
  readonly kind: string;
  readonly name: string;
  /** The recorded call's id; a call that was not recorded has none. */
  readonly id: string | undefined;
  /** The input as JSON, cut where it is long. */
  readonly input: string | undefined;
}

/** The code makes a call that the journal cannot explain. Nothing ran, and the execution can be resumed. */
export class DivergenceError extends RepriseError {
  readonly execution: string;
  readonly recorded: DivergenceSide | undefined;
  readonly actual: DivergenceSide;

  constructor(
    execution: string,
    message: string,
    sides: { recorded?: DivergenceSide | undefined; actual: DivergenceSide },
    code = 'REPRISE_DIVERGENCE',
  ) {
    super(code, message);
    this.execution = execution;
    this.recorded = sides.recorded;
    this.actual = sides.actual;
  }
}

/** The same call came with another input, and `onDrift` is `'error'`. */
export class DriftError extends DivergenceError {
  constructor(execution: string, message: string, sides: { recorded?: DivergenceSide; actual: DivergenceSide }) {
    super(execution, message, sides, 'REPRISE_DRIFT');
  }
}

/** A checkpoint took longer than its `timeout`. */
export class CheckpointTimeoutError extends RepriseError {
  constructor(name: string, milliseconds: number) {
    super('REPRISE_TIMEOUT', `Checkpoint '${name}' took longer than its timeout of ${milliseconds} ms.`);
  }
}

/** A person refused to answer a wait. */
export class WaitRejectedError extends RepriseError {
  readonly wait: string;
  readonly reason: string | undefined;
  readonly by: string | undefined;

  constructor(wait: string, reason: string | undefined, by: string | undefined) {
    super(
      'REPRISE_WAIT_REJECTED',
      `Wait '${wait}' was rejected${by ? ` by ${by}` : ''}${reason ? `: ${reason}` : '.'}`,
    );
    this.wait = wait;
    this.reason = reason;
    this.by = by;
  }
}

/** A wait's deadline passed without an answer, and it has no default. */
export class WaitExpiredError extends RepriseError {
  readonly wait: string;

  constructor(wait: string, deadline: number) {
    super('REPRISE_WAIT_EXPIRED', `Wait '${wait}' had no answer by its deadline, ${new Date(deadline).toISOString()}.`);
    this.wait = wait;
  }
}

/** An answer does not fit the wait's schema. The wait stays open. */
export class AnswerRefusedError extends RepriseError {
  readonly wait: string;

  constructor(wait: string, problems: string) {
    super('REPRISE_ANSWER_REFUSED', `The answer to wait '${wait}' does not fit: ${problems}. The wait is still open.`);
    this.wait = wait;
  }
}
