export type {
  AskedModel,
  CallChange,
  CallContext,
  CallIdentity,
  CallSpec,
  ChangedCall,
  Codec,
  RetryPolicy,
  StreamSpec,
} from './execution/spec.ts';
export { type Approval, type ApprovalAnswer, approvalOf, approvalQuestion, denialOf } from './flow/agent/approval.ts';
export { AgentFlows } from './flow/agent/flows.ts';
export {
  type AgentExecution,
  AgentInvocations,
  type Invocation,
  type InvocationRules,
  type Invoked,
  promised,
  withExecution,
} from './flow/agent/invocations.ts';
export { checkAgentOptions } from './flow/agent/options.ts';
export { checkAgentOf, checkPart, type OfItsOwn, opensExecution } from './flow/agent/place.ts';
export { isInExecution } from './flow/here.ts';
export {
  anything,
  type Check,
  checkOptions,
  isBudget,
  isFlag,
  isName,
  isText,
  oneOf,
  wholeFrom,
} from './flow/options.ts';
export {
  type AskedWait,
  call,
  callStream,
  callWait,
  park,
  type ScopeContext,
  type ScopeOptions,
  scope,
} from './flow/seam.ts';
export { linkedSignal } from './flow/signals.ts';
export { checkPolicies, isEngine, isPolicies, type ToolPolicies, type ToolPolicy } from './flow/tool-policies.ts';
export {
  type Question,
  type QuestionSchema,
  type WaitToolOptions,
  type WaitToolParts,
  waitToolParts,
} from './flow/wait-tool.ts';
export type { CallKind } from './journal/records.ts';
export { isSecretHeader, isSecretName } from './secrets/names.ts';
export { maskAddress } from './secrets/text.ts';
export { maskError, maskSettings, withSecretsOf } from './secrets/value.ts';
