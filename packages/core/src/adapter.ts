// biome-ignore-all assist/source/organizeImports: a table of contents, in the order in which one reads it

// The seam: what a framework does becomes calls, in scopes
export { call, callStream, carryFailure, scope } from './flow/seam.ts';
export type { ScopeContext, ScopeOptions } from './flow/seam.ts';
export type {
  CallContext,
  CallIdentity,
  CallSpec,
  Codec,
  RecordedUsage,
  RetryPolicy,
  StreamSpec,
} from './execution/spec.ts';
export type { AskedModel, CallChange, ChangedCall } from './execution/spec.ts';
export type { CallKind } from './journal/records.ts';

// Frameworks that stop at questions in a way of their own
export { type AskedWait, callWait, park } from './flow/seam.ts';
export { approvalOf, approvalQuestion, denialOf, type Approval, type ApprovalAnswer } from './flow/agent/approval.ts';

// Agents, each of whose calls is an execution where it is not a part of one
export { AgentFlows } from './flow/agent/flows.ts';
export { AgentInvocations, plainExecution, promised, withExecution } from './flow/agent/invocations.ts';
export type { AgentExecution, Invocation, InvocationRules, Invoked } from './flow/agent/invocations.ts';
export { checkAgentOptions } from './flow/agent/options.ts';
export { checkAgentId, checkAgentOf, checkPart, opensExecution } from './flow/agent/place.ts';
export { isInExecution } from './flow/here.ts';
export { linkedSignal } from './flow/signals.ts';

// With REPRISE=off an adapter hands each call to what it wraps
export { isOff, refuseWhenOff } from './flow/off.ts';

// The tool with which an agent itself asks, and what tools may be given
export { type Question, type QuestionSchema, waitToolParts } from './flow/wait-tool.ts';
export type { WaitToolOptions, WaitToolParts } from './flow/wait-tool.ts';
export { checkPolicies, type ToolPolicies, type ToolPolicy } from './flow/tool-policies.ts';

// What adapters check of their options
export { type Check, checkOptions } from './flow/options.ts';
export { anything, isFlag, isFunction, isText, oneOf, wholeFrom } from './flow/options.ts';

// What adapters keep out of the journal
export { isSecretHeader, isSecretName } from './secrets/names.ts';
export { maskAddress } from './secrets/text.ts';
export { maskError, maskSettings, withSecretsOf } from './secrets/value.ts';
