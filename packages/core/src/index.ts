// biome-ignore-all assist/source/organizeImports: a table of contents, in the order in which one reads it

// What users write
export { close, configure, costs, executions, flow, recover, waits } from './default.ts';
export { checkpoint, type CheckpointOptions } from './flow/checkpoint.ts';
export { sleep, wait, type WaitOptions } from './flow/wait.ts';
export { type Current, current, log, now, random, uuid } from './flow/values.ts';
export { Reprise } from './reprise.ts';
export type { EngineOptions } from './flow/engine.ts';
export type { Flow, FlowHandle, FlowOptions, StartOptions } from './flow/flow.ts';
export type { Duration } from './flow/duration.ts';
export type { StandardSchema } from './flow/standard-schema.ts';
export type { OnDivergence, OnDrift } from './identity/matching.ts';
export type { Budget } from './cost/budget.ts';
export type { BudgetAnswer } from './flow/budget/question.ts';
export type { RetryPolicy } from './execution/spec.ts';

// What they see of it from outside
export type { Executions, ListOptions } from './client/executions.ts';
export type { Override, ReplayOptions } from './client/replay/options.ts';
export type { OverriddenCall, PlannedCall, ReplayPlan } from './client/replay/plan.ts';
export type { PreparedReplay } from './client/replay/replay.ts';
export { renderDiff } from './client/diff/render.ts';
export type { CallDiff, CallSide, Delta, DiffSide, ExecutionDiff } from './client/diff/diff.ts';
export type { DiffLine, JsonChange, ValueDiff } from './client/diff/values.ts';
export type { Spent } from './client/priced.ts';
export type { CostQuery, Costs } from './client/costs.ts';
export { type CostFormat, type RenderCostsOptions, renderCosts } from './client/render-costs.ts';
export type { CostGroup, CostReport, CostRow } from './cost/report.ts';
export type { CostReportJson, CostRowJson } from './cost/render/json.ts';
export type { Cost, PriceSource, UnpricedReason } from './cost/cost.ts';
export type { PriceRequest, Prices, PriceTable } from './cost/prices.ts';
export type { Rates } from './cost/rates.ts';
export type { TokenUsage } from './cost/usage.ts';
export type { AnswerOptions, Waits } from './client/waits.ts';
export type { CallRecord, CallStatus, ExecutionRecord, ExecutionSummary, LogRecord } from './client/records.ts';
export type { WatchEvent, WatchOptions } from './client/watch.ts';
export type { ExecutionExport } from './client/transfer.ts';
export type { ExecutionEvent, ObservedCall } from './execution/events.ts';
export type { Launch } from './execution/launch.ts';
export type { ExecutionStatus } from './execution/status.ts';
export type { InDoubtAnswer } from './calls/in-doubt.ts';
export type { RedactInfo } from './execution/redact.ts';
export type { Attempt, CallKind, OverrideKind } from './journal/records.ts';

// What can go wrong
export * from './errors/index.ts';
