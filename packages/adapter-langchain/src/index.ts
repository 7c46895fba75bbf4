// biome-ignore-all assist/source/organizeImports: a table of contents, in the order in which one reads it

// The one line, what it takes, and what it gives
export { durable, type Durable, type DurableTarget } from './durable.ts';
export type { DurableOptions } from './options.ts';
export type { AgentExecution, ApprovalAnswer } from '@reprise/core/adapter';

// A tool with which the model asks a person
export { waitTool, type WaitTool, type WaitToolOptions } from './wait-tool.ts';

// The parts of a loop of your own
export { durableModel } from './models.ts';
export { durableTools } from './tools.ts';
export type { ToolPolicies, ToolPolicy } from '@reprise/core/adapter';

// A checkpointer of LangGraph
export { KeyvSaver, type KeyvSaverOptions } from './checkpointer/keyv-saver.ts';
