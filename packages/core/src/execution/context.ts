import type { Journal } from '../journal/journal.ts';
import type { AnswerCheck } from './answer-check.ts';
import type { Environment } from './environment.ts';
import type { Execution } from './execution.ts';

/** An execution that this process is running. */
export interface Active {
  readonly execution: Execution;
  /** The flow's result; rejects as the flow's caller sees it. */
  readonly result: Promise<unknown>;
  /** Resolves when nothing of it runs any more, and all that came is stored. */
  readonly over: Promise<void>;
}

/** An engine that is open: what its executions work with, and those that this process has to do with. */
export interface EngineContext extends Environment {
  /** The executions that this process is running. */
  readonly active: Map<string, Active>;
  /** The executions that this process is taking hold of. */
  readonly starting: Map<string, Promise<unknown>>;
  /** How answers to the waits of the executions are checked that this process has parked. */
  readonly parked: Map<string, ReadonlyMap<string, AnswerCheck>>;
  /** Journals that hold paid results which the store would not take. */
  readonly unwritten: Map<string, Journal>;
}
