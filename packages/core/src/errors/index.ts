export { RepriseError, type RepriseErrorOptions } from './base.ts';
export { BudgetExceededError, type BudgetState, UncountableCallError } from './budget.ts';
export {
  AnswerRefusedError,
  CheckpointTimeoutError,
  DivergenceError,
  type DivergenceSide,
  DriftError,
  WaitExpiredError,
  WaitRejectedError,
} from './call.ts';
export {
  CancelledError,
  ExecutionBusyError,
  FencedError,
  InputMismatchError,
  type OpenWait,
  StateError,
  UnknownFlowError,
  WaitingError,
} from './execution.ts';
export { CorruptRecordError, StoreError, StoreOpenError } from './store.ts';
export { NotFoundError, UnstorableValueError, UsageError } from './usage.ts';
