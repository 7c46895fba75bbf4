export type {
  CallChange,
  CallContext,
  CallIdentity,
  CallSpec,
  ChangedCall,
  Codec,
  RetryPolicy,
  StreamSpec,
} from './execution/spec.ts';
export { isInExecution } from './flow/here.ts';
export { anything, type Check, checkOptions, isFlag, isName, isText, oneOf, wholeFrom } from './flow/options.ts';
export { type AskedWait, call, callStream, callWait, park, type ScopeOptions, scope } from './flow/seam.ts';
export {
  type Question,
  type QuestionSchema,
  type WaitToolOptions,
  type WaitToolParts,
  waitToolParts,
} from './flow/wait-tool.ts';
export type { CallKind } from './journal/records.ts';
