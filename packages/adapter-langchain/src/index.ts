export type { AgentExecution, ToolPolicies, ToolPolicy } from '@reprise/core/adapter';
export { KeyvSaver, type KeyvSaverOptions } from './checkpointer/keyv-saver.ts';
export { type Durable, type DurableTarget, durable } from './durable.ts';
export { durableModel } from './models.ts';
export type { DurableOptions } from './options.ts';
export { durableTools } from './tools.ts';
export { type WaitTool, type WaitToolOptions, waitTool } from './wait-tool.ts';
