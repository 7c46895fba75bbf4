export type { CallContext, CallIdentity, CallSpec, Codec, RetryPolicy, StreamSpec } from './execution/spec.ts';
export { type AskedWait, call, callStream, callWait, park, type ScopeOptions, scope } from './flow/seam.ts';
export type { CallKind } from './journal/records.ts';
