export { durableAgent, durableRunner } from './agents.ts';
export { type DurableClient, type DurableOptions, durable } from './durable.ts';
export { durableTools } from './tools.ts';
export { type WaitTool, type WaitToolOptions, waitTool } from './wait-tool.ts';
