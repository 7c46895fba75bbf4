// biome-ignore-all assist/source/organizeImports: a table of contents, in the order in which one reads it

// The one line, what it takes, and what it gives
export { durable, type Durable, type DurableAgent } from './durable.ts';
export type { DurableOptions } from './options.ts';
export type { AgentExecution, ApprovalAnswer } from '@reprise/core/adapter';

// A tool with which the model asks a person
export { waitTool, type WaitTool, type WaitToolOptions } from './wait-tool.ts';

// The parts of a loop of your own
export { durableModel, durableProvider } from './models.ts';
export { durableTools } from './tools.ts';
export type { ToolPolicies, ToolPolicy } from '@reprise/core/adapter';

// Streams of a user interface that are gone on with
export type { ResumeStreamOptions } from './agent/resume-stream.ts';
