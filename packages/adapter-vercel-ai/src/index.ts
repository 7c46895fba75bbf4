export type { AgentExecution, ApprovalAnswer, ToolPolicies, ToolPolicy } from '@reprise/core/adapter';
export type { ResumeStreamOptions } from './agent/resume-stream.ts';
export { type Durable, type DurableAgent, durable } from './durable.ts';
export { durableModel, durableProvider } from './models.ts';
export type { DurableOptions } from './options.ts';
export { durableTools } from './tools.ts';
export { type WaitTool, type WaitToolOptions, waitTool } from './wait-tool.ts';
