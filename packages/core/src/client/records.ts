import type { OpenWait } from '../errors/index.ts';
import type { Launch } from '../execution/launch.ts';
import type { ExecutionStatus } from '../execution/status.ts';
import type { Attempt, CallKind, OverrideKind } from '../journal/records.ts';

/** An execution as a list shows it. Times are milliseconds since the epoch. */
export interface ExecutionSummary {
  readonly id: string;
  readonly flow: string;
  readonly version: string | undefined;
  readonly status: ExecutionStatus;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly endedAt: number | undefined;
  /** The execution that this one is a child of. */
  readonly parent: string | undefined;
  /** What it replays, and the id of the call from which it does. */
  readonly replayOf: { readonly execution: string; readonly from: string | undefined } | undefined;
  /** What it waits for, the waits of its children included. */
  readonly waits: readonly OpenWait[];
  readonly error: { readonly name: string; readonly message: string } | undefined;
  /** How many calls were made, and how many outcomes came from the journal, over all processes. */
  readonly calls: { readonly made: number; readonly served: number };
  /** How the process was started that created it. */
  readonly launch: Launch;
}

/** How a call stands: `begun` has no outcome yet, or lost the process that would have brought it. */
export type CallStatus = 'begun' | 'completed' | 'failed';

/** One call of an execution. */
export interface CallRecord {
  readonly id: string;
  readonly kind: CallKind;
  /** For a wait, its name in the execution, such as `approve#2`. */
  readonly name: string;
  /** The names of the calls around it and its own, each numbered from the second of its name on: `plan/research#2`. */
  readonly path: string;
  /** The id of the call that encloses it. */
  readonly parent: string | undefined;
  readonly status: CallStatus;
  readonly startedAt: number;
  readonly milliseconds: number | undefined;
  readonly input: unknown;
  /** The value of a completed call; of a stream, its chunks. */
  readonly output: unknown;
  readonly error: unknown;
  /** The tries, where there was more than one. */
  readonly attempts: readonly Attempt[];
  readonly usage: Readonly<Record<string, unknown>> | undefined;
  /** Who answered a wait. */
  readonly by: string | undefined;
  /** How often its outcome was served from the journal, in place of being made again. */
  readonly served: number;
  /** The execution that made it, where a replay has kept its outcome. */
  readonly keptFrom: string | undefined;
  /** What the replay has changed about it. */
  readonly overridden: OverrideKind | undefined;
  /** How often its outcome was served although its input had changed. */
  readonly drifts: number;
}

/** Something that the program logged. */
export interface LogRecord {
  readonly at: number;
  readonly data: unknown;
}

/** An execution with all that its journal holds. */
export interface ExecutionRecord extends ExecutionSummary {
  readonly input: unknown;
  /** What it ended with; `undefined` while it has not completed. */
  readonly result: unknown;
  /** The error that a failed one ended with, whole. */
  readonly failure: unknown;
  /** The executions that replay it, the oldest first. */
  readonly replays: readonly string[];
  /** In the order in which they were first recorded. */
  readonly journal: readonly CallRecord[];
  readonly logs: readonly LogRecord[];
}
