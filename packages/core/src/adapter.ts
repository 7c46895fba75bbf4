export type { CallContext, CallIdentity, CallSpec, Codec, RetryPolicy, StreamSpec } from './execution/spec.ts';
export { call, callStream, type ScopeOptions, scope } from './flow/seam.ts';
export type { CallKind } from './journal/records.ts';
