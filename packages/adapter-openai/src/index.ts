export { durableAgent, durableRunner } from './agents-sdk/agents.ts';
export { type DurableClient, durable } from './durable.ts';
export type { DurableOptions } from './options.ts';
export { durableTools } from './tools.ts';
export { type WaitTool, type WaitToolOptions, waitTool } from './wait-tool.ts';
